import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from './answer';
import { Describe, Sent } from './describe';
import { Public } from './permit';
import type { ProblemCode } from './problems';
import { PROBLEMS, Problem, isProblemCode, problemType } from './problems';
import type { ApiRequest } from './request';

const problemTypeView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
});

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const page = ({ type, title, status, detail }: ReturnType<typeof problemType>): string => `<!doctype html>
<html lang="en-GB">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<p>HTTP status ${status}, type <code>${type}</code></p>
<p>${escaped(detail)}</p>
</html>
`;

/** What the types of problems mean: the addresses that errors point to. */
@Controller('problems')
@Public()
export class ProblemsController {
  @Get()
  @Describe({
    tag: 'Problems',
    summary: 'Every problem that this API can answer with',
    answers: { 200: z.object({ items: z.array(problemTypeView) }) },
  })
  list(): { items: ReturnType<typeof problemType>[] } {
    return { items: (Object.keys(PROBLEMS) as ProblemCode[]).map(problemType) };
  }

  @Get(':code')
  @Describe({
    tag: 'Problems',
    summary: 'What a problem means',
    answers: { 200: problemTypeView },
    problems: ['unknown-problem'],
  })
  one(@Param('code') code: string, @Sent() request: ApiRequest): Answer {
    if (!isProblemCode(code)) throw new Problem('unknown-problem');
    const html = request.headers.accept?.includes('text/html') === true;
    const type = problemType(code);
    return html
      ? new Answer(200, page(type), { 'content-type': 'text/html; charset=utf-8' })
      : new Answer(200, type);
  }
}
