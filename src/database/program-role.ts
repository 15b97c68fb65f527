import type { DataSource, QueryRunner } from 'typeorm';
import { PlainError } from '../local/plain-error';

/**
 * Whom the program is to the database. It owns no table: what is append-only it may read and add to, and no more, whether or not
 * the triggers stand. Migrations run as the owner, and whoever signs in must be that owner or a member of this role.
 */
export const PROGRAM_ROLE = 'failsafe_app';

/** Roles belong to the whole server, and programs of two of its databases may make this one at the same moment. */
const MAKE = `
do $$ begin
  if not exists (select from pg_roles where rolname = '${PROGRAM_ROLE}') then create role ${PROGRAM_ROLE} nologin; end if;
exception when duplicate_object or unique_violation then null;
end $$`;

/** Who made the role may give it away, and must give it to itself to act as it; a superuser may act as anybody. */
const JOIN = `
do $$ begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant ${PROGRAM_ROLE} to %I', current_user);
  end if;
end $$`;

/**
 * What `refuse_change` guards without a condition is taken away: of most tables every change, of some only updates. What later
 * migrations make is granted with the rest.
 */
const GRANT = `
do $$ declare guarded record; begin
  execute format('grant usage on schema %I to ${PROGRAM_ROLE}', current_schema());
  execute format('grant select, insert, update, delete on all tables in schema %I to ${PROGRAM_ROLE}', current_schema());
  for guarded in select t.tgrelid::regclass as name, array_to_string(array_remove(array[
                     case when bool_or(t.tgtype & 8 > 0) then 'delete' end,
                     case when bool_or(t.tgtype & 16 > 0) then 'update' end, 'truncate'], null), ', ') as what
                 from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                 where p.proname = 'refuse_change' and not t.tgisinternal and t.tgqual is null group by t.tgrelid loop
    execute format('revoke %s on %s from ${PROGRAM_ROLE}', guarded.what, guarded.name);
  end loop;
  revoke insert, update, delete on migrations from ${PROGRAM_ROLE};
end $$`;

/** Makes the role where it is missing, and gives it what the program needs: one statement, so that it never has more. */
export const grantToProgram = async (session: QueryRunner): Promise<void> => {
  try {
    await session.query(MAKE);
    await session.query(JOIN);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new PlainError(
      `The database's user may not make the role ${PROGRAM_ROLE}, as which the program works.`,
      `Have an administrator of Postgres run: create role ${PROGRAM_ROLE} nologin; grant ${PROGRAM_ROLE} to <that user> with admin option;`,
    );
  }
  await session.query(GRANT);
};

/** A connection that is somebody else could change evidence: a pooler in between, or the address, has dropped the setting. */
export const requireProgram = async (db: DataSource): Promise<DataSource> => {
  const [{ name }] = await db.query<[{ name: string }]>('select current_user::text as name');
  if (name === PROGRAM_ROLE) return db;
  await db.destroy();
  throw new PlainError(
    `The program is not the role ${PROGRAM_ROLE} to its database.`,
    'Leave `options` out of DATABASE_URL, and have a pooler in between hand on what a connection asks for.',
  );
};
