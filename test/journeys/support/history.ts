import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Kept } from '../../../activities';
import type { Loop } from '../../support/loop';

type History = temporal.api.history.v1.IHistory;

/** The newest run's history, as the server has it. */
export const historyOf = (loop: Loop, journey: string): Promise<History> =>
  loop.env.client.workflow.getHandle(journey).fetchHistory();

/** Its size as protobuf, which is what a server stores. */
export const bytesOf = (history: History): number =>
  temporal.api.history.v1.History.encode(history).finish().length;

/** What the workflow was answered by its local activities: the markers in which the history keeps them. */
export const answersOf = (history: History): { activity: string; result: unknown }[] =>
  (history.events ?? []).flatMap((event) => {
    const marker = event.markerRecordedEventAttributes;
    if (marker?.markerName !== 'core_local_activity') return [];
    const data = decoded(marker.details?.['data']?.payloads?.[0]) as { activity_type: string };
    return [{ activity: data.activity_type, result: decoded(marker.details?.['result']?.payloads?.[0]) }];
  });

/** What its records returned. */
export const recordsOf = (history: History): Kept[] =>
  answersOf(history).flatMap(({ activity, result }) =>
    activity === 'record' && result ? [result as Kept] : [],
  );

const decoded = (payload: temporal.api.common.v1.IPayload | undefined): unknown =>
  payload && defaultPayloadConverter.fromPayload(payload as never);
