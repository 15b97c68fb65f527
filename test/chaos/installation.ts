import { canHaveProductionShape } from '../system/support/own-servers';
import { Hospital } from '../system/support/hospital';
import { faketimeLibrary } from './clock-skew';
import type { Start } from './staff';
import { makeAccounts, Staff } from './staff';
import { Toxiproxy } from './toxiproxy';
import { Witnesses } from './witness';

export interface InstallationOptions {
  secondsPerDay?: number;
  api?: Start;
  worker?: Start;
  say?: (line: string) => void;
}

/**
 * The production shape with something between all of its parts: two APIs, two workers, Temporal Server, Postgres, a mail
 * server. Where Go is missing Temporal's dev server has to do, and no link is cut; where the library is missing that tells a
 * program another time, no clock is wrong. `leftOut` says so.
 */
export class Installation {
  private constructor(
    readonly hospital: Hospital,
    readonly staff: Staff,
    readonly witnesses: Witnesses,
    readonly proxy: Toxiproxy | undefined,
    readonly leftOut: readonly string[],
  ) {}

  static async open(options: InstallationOptions = {}): Promise<Installation> {
    const withGo = canHaveProductionShape();
    const faketime = faketimeLibrary();
    const proxy = withGo ? await Toxiproxy.start(options.say) : undefined;
    let hospital: Hospital | undefined;
    try {
      hospital = await Hospital.open({
        temporal: withGo ? 'production' : 'dev',
        ...(options.secondsPerDay && { secondsPerDay: options.secondsPerDay }),
        ...(proxy && {
          before: async (port: number) => (await proxy.link('temporal to postgres', port)).port,
        }),
      });
      const witnesses = await Witnesses.at(hospital.temporal.address);
      if (proxy) await makeAccounts(hospital, 2);
      const { api, worker } = options;
      const staff = await Staff.of(hospital, {
        each: 2,
        faketime,
        ...(proxy && { proxy }),
        ...(api && { api }),
        ...(worker && { worker }),
      });
      return new Installation(hospital, staff, witnesses, proxy, leftOut(withGo, faketime));
    } catch (error) {
      await hospital?.close();
      proxy?.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const place of this.staff.places) place.down = true;
    await this.witnesses.close();
    await this.hospital.close();
    this.proxy?.stop();
  }
}

const leftOut = (withGo: boolean, faketime: string | undefined): string[] => [
  ...(withGo ? [] : ['Temporal Server on Postgres, and links that are cut: Go is not installed']),
  ...(faketime === undefined ? ['clocks that are wrong: libfaketime is not installed'] : []),
];
