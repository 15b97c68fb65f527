import { Controller, Get, Put } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Principal } from '../api/authenticator';
import { By, Describe, ValidBody } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { PreferenceRow } from '../asks/routine-hours';

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time from 00:00 to 23:59');

const preference = z
  .strictObject({
    digest: z.boolean().describe('One mail a day; otherwise each ask as it comes, outside quiet hours'),
    digestAt: localTime.optional().describe('When; without it at the time that policy names'),
    quiet: z
      .strictObject({ from: localTime, until: localTime })
      .refine(({ from, until }) => from !== until, 'must not last the whole day')
      .optional()
      .describe('Without it those of policy'),
  })
  .meta({ title: 'RoutinePreference' });
type Preference = z.output<typeof preference>;

const EXAMPLE: Preference = { digest: true, digestAt: '08:00', quiet: { from: '19:00', until: '07:00' } };

/** When somebody wants to hear of routine duties. An alert comes at once, whatever stands here. */
@Controller(`${API}/me/routine-preference`)
export class PreferencesController {
  constructor(private readonly db: DataSource) {}

  @Get()
  @Permit('preference:own')
  @Describe({
    tag: 'Preferences',
    summary: 'When the caller wants to hear of routine duties',
    answers: { 200: preference },
  })
  async mine(@By() { person }: Principal): Promise<Preference> {
    const [row] = await this.db.query<PreferenceRow[]>('select * from routine_preference where person = $1', [
      person,
    ]);
    if (!row) return { digest: true };
    return {
      digest: row.digest,
      ...(row.digest_at === null ? {} : { digestAt: row.digest_at }),
      ...(row.quiet_from === null ? {} : { quiet: { from: row.quiet_from, until: row.quiet_until! } }),
    };
  }

  @Put()
  @Permit('preference:own')
  @Describe({
    tag: 'Preferences',
    summary: 'Sets it; nothing here touches an alert',
    body: preference,
    example: EXAMPLE,
    answers: { 200: preference },
  })
  async set(@By() { person }: Principal, @ValidBody() wanted: Preference): Promise<Preference> {
    await this.db.query(
      `insert into routine_preference (person, digest, digest_at, quiet_from, quiet_until) values ($1, $2, $3, $4, $5)
       on conflict (person) do update set digest = excluded.digest, digest_at = excluded.digest_at,
         quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until`,
      [
        person,
        wanted.digest,
        wanted.digestAt ?? null,
        wanted.quiet?.from ?? null,
        wanted.quiet?.until ?? null,
      ],
    );
    return wanted;
  }
}
