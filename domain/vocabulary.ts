/**
 * The words of the field, each spelled once. Every list is closed: a word that is not here is refused at the edge, and a
 * source system's word is mapped to one of these before it comes in.
 */

/** An instant: ISO 8601, UTC, milliseconds, `Z`. All in one format, so they compare as strings. */
export type Instant = string;

/** How soon the requester wants the examination. `two-week-wait` is England's urgent suspected cancer pathway. */
export const PRIORITIES = ['emergency', 'urgent', 'two-week-wait', 'routine'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Where the request came from. */
export const SETTINGS = ['ed', 'inpatient', 'outpatient', 'gp', 'suspected-cancer'] as const;
export type Setting = (typeof SETTINGS)[number];

/** DICOM modality codes of what we tell apart; everything else is `OTHER`. */
export const MODALITIES = ['CT', 'MR', 'XR', 'US', 'NM', 'PT', 'MG', 'FL', 'OTHER'] as const;
export type Modality = (typeof MODALITIES)[number];

export const PATIENT_CLASSES = ['adult', 'child'] as const;
export type PatientClass = (typeof PATIENT_CLASSES)[number];

export const NATIONS = ['england', 'wales', 'scotland', 'northern-ireland'] as const;
export type Nation = (typeof NATIONS)[number];

/** Who may request imaging: medical and not (IR(ME)R 2017, reg. 6: entitled referrers). */
export const REQUESTER_PROFESSIONS = [
  'doctor',
  'gp',
  'nurse',
  'physiotherapist',
  'paramedic',
  'advanced-practitioner',
  'dentist',
  'other',
] as const;
export type RequesterProfession = (typeof REQUESTER_PROFESSIONS)[number];

/**
 * What a finding asks for. `critical`: emergency action as soon as possible; `urgent`: medical evaluation within 24 hours;
 * `significant-unexpected`: a fail-safe alert (RCR 2016, as the Ombudsman's report summarises it); `cancer`: new cancer or
 * new recurrence, not simple progression (AoMRC/RCR 2022).
 */
export const CATEGORIES = ['critical', 'urgent', 'cancer', 'significant-unexpected', 'routine'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Body regions, for the statement region by region. */
export const REGIONS = [
  'head',
  'neck',
  'chest',
  'breast',
  'abdomen',
  'pelvis',
  'spine',
  'upper-limb',
  'lower-limb',
  'whole-body',
] as const;
export type Region = (typeof REGIONS)[number];

/** What a source says of a report version (FHIR R4 DiagnosticReport.status, as far as it matters here). */
export const REPORT_STATUSES = ['preliminary', 'final', 'amended', 'cancelled', 'entered-in-error'] as const;
export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** The kinds of obligation, in the order of the pathway (`pathway.ts`). */
export const OBLIGATION_KINDS = [
  'vet',
  'acquire',
  'clarify',
  'transfer',
  'report',
  'assure',
  'acknowledge',
  'plan',
  'complete',
  'tell-patient',
  'tell-gp',
  'follow-up',
  'accept-handover',
  'answer',
  'reconcile',
  'candour',
  'learn',
  'review',
] as const;
export type ObligationKind = (typeof OBLIGATION_KINDS)[number];

/** Roles: a person's, and those of pools and desks. A pool, department, site or desk means its named lead. */
export const ROLE_KEYS = [
  'requester',
  'gp',
  'consultant',
  'registrar',
  'radiographer',
  'vetter',
  'reporter',
  'imaging-department',
  'reporting-pool',
  'sending-site',
  'reading-site',
  'clinical-lead',
  'safety-lead',
  'medical-lead',
  'mdt-coordinator',
  'desk',
  // Whoever mends this service when it is amiss; no part of the clinical team, and asked about nothing else.
  'on-call-engineer',
  'admin',
  'system',
] as const;
export type RoleKey = (typeof ROLE_KEYS)[number];

/** Who may accept responsibility for a result, or for a patient: the accountable clinician is one of them. */
export const CLINICIANS = [
  'requester',
  'consultant',
  'registrar',
  'gp',
] as const satisfies readonly RoleKey[];

/**
 * What a journey is about. `service`: something is amiss with this service itself (ADR 0023). `feed`: a source system, where it
 * is silent or counts otherwise than we do (ADR 0028). `canary`: an examination that nobody had, which proves the path every
 * day (ADR 0029).
 */
export const SUBJECTS = ['examination', 'unmatched', 'service', 'feed', 'canary'] as const;
export type Subject = (typeof SUBJECTS)[number];

/**
 * What the service may find amiss with itself. `run-not-noted`: a run of a journey's workflow that nobody had noted;
 * `history-not-archived`: its history could not be archived for an hour; `history-missing`: Temporal no longer has it, and no
 * whole copy is kept; `history-altered`: a kept copy is not what it was, or not the beginning of what Temporal has.
 * `canary-failed`: a canary did not come through in its time; `canary-missing`: none has been started for a day.
 */
export const CONCERNS = [
  'run-not-noted',
  'history-not-archived',
  'history-missing',
  'history-altered',
  // What the watchdog finds (src/watchdog/finding.ts, docs/OPERATIONS.md).
  'deadline-passed',
  'row-unanswered',
  'rows-undelivered',
  'record-stuck',
  'task-failing',
  'run-missing',
  'ask-unsent',
  'invariant-broken',
  'read-model-apart',
  'worker-away',
  'temporal-away',
  // Nothing could be recorded: told when it could again.
  'postgres-away',
  // The watchdog itself has not been heard of; found by the worker.
  'watchdog-silent',
  'canary-failed',
  'canary-missing',
  // The list of what is owed, kept on disk for the hours when nothing works, is not renewed.
  'downtime-list-old',
  // Temporal has lost runs of open journeys: they were given new ones, and what of their histories was not archived is gone.
  'runs-lost',
  // Postgres was restored to an earlier state: what was received since must be asked for again.
  'database-restored',
  // Temporal remembers events of a journey that do not fit what was restored: they are gone from its evidence.
  'evidence-lost',
  // A journey's events are back, and texts of theirs, its patient or its identifiers are not.
  'details-lost',
] as const;
export type ConcernCode = (typeof CONCERNS)[number];

/**
 * What about the failsafe itself, and the policy behind it, must be looked at by a date. `policy-known` names a department,
 * `findings-shared` an organisation with which the findings of an investigation are to be shared.
 */
export const REVIEWS = [
  'failsafe-audit',
  'policy-exists',
  'policy-signed',
  'policy-review',
  'policy-known',
  'findings-shared',
  'canaries-set-up',
] as const;
export type ReviewCode = (typeof REVIEWS)[number];

/** How far a journey has come, for lists; derived, never stored as a fact. */
export const STAGES = [
  'received',
  'vetting',
  'imaging',
  'reporting',
  'acknowledging',
  'acting',
  'telling',
  'resolving',
  'closed',
] as const;
export type Stage = (typeof STAGES)[number];
