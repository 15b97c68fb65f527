import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { adminUrl, templateDatabase } from './servers';

export interface TestDatabase {
  url: string;
  name: string;
  drop(): Promise<void>;
}

/** A fresh, migrated database: a copy of the template, which takes a fraction of a second. */
export const createDatabase = (): Promise<TestDatabase> => copyDatabase({ name: templateDatabase });

/** A copy of a database to which nobody is connected. */
export async function copyDatabase(of: { name: string }): Promise<TestDatabase> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await admin(`create database ${name} template ${of.name}`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => admin(`drop database if exists ${name} with (force)`) };
}

/** Cuts every session of a database and refuses new ones, as when Postgres is away for that program; or lets them in again. */
export async function allowConnections(database: TestDatabase, allowed: boolean): Promise<void> {
  await admin(`alter database ${database.name} allow_connections ${allowed}`);
  if (!allowed)
    await admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database.name}'`);
}

async function admin(sql: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
