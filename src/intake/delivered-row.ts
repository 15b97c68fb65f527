/** A row of the inbox (`i`) as a signal carries it to its workflow, as JSON. */
export const DELIVERED_ROW = `jsonb_strip_nulls(jsonb_build_object('n', i.n, 'id', i.id, 'type', i.type, 'data', i.data,
      'by', jsonb_build_object('person', i.by_person, 'role', i.by_role),
      'receivedAt', to_char(i.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'happenedAt', to_char(i.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'ifMatch', i.if_match, 'queries', i.queries, 'trace', i.trace))`;
