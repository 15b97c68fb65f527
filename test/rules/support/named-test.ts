import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Pages that name tests as `file :: title`: a name that leads nowhere would be false assurance of our own making. */
const root = path.resolve(__dirname, '..', '..', '..');
export const isFile = (file: string): boolean => existsSync(path.join(root, file));
export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Whether that file has a test of that title, as it is written there: with its quotes escaped, and `%s` unfilled. */
export const isTest = (named: string): boolean => {
  const [file = '', title = ''] = named.split(' :: ').map((part) => part.trim());
  if (title === '' || !isFile(file)) return false;
  const text = read(file);
  return [title, title.replaceAll("'", "\\'"), title.replaceAll('"', '\\"')].some((written) =>
    text.includes(written),
  );
};

/** The cells of each row of a text's tables that begins as asked. */
export const tableRows = (text: string, begins: RegExp): string[][] =>
  text
    .split('\n')
    .filter((line) => begins.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
