import type { CommandType, FactType } from '../../domain/inputs';
import type { RoleKey } from '../../domain/vocabulary';
import { CLINICIANS } from '../../domain/vocabulary';

/**
 * What a role may do, one line a permission. A role that is not on the line is refused at the edge; finer rules (who holds
 * the claim, which waiver reason is for whom) are decided in the journey. Nobody but a person sends a person's command.
 */

const IMAGING = ['radiographer', 'vetter', 'reporter', 'imaging-department', 'reporting-pool'] as const;
const SITES = ['sending-site', 'reading-site'] as const;
const LEADS = ['clinical-lead', 'safety-lead', 'medical-lead'] as const;
/** Those who care for the patient or look after the journey, and so may see who the patient is. */
const CARE = [...CLINICIANS, ...IMAGING, ...SITES, ...LEADS, 'mdt-coordinator', 'desk'] as const;
/** The engineer sees what is amiss and with which journey, and of no journey whose it is. */
const PEOPLE = [...CARE, 'on-call-engineer', 'admin'] as const;
const EVERYBODY = [...PEOPLE, 'system'] as const;

type Reading =
  | 'journey:read'
  | 'journey:search'
  | 'worklist:read'
  | 'evidence:read'
  | 'checkpoint:read'
  | 'dossier:read'
  | 'history:read'
  | 'command:read'
  | 'patient:read'
  | 'policy:read'
  | 'directory:read'
  | 'operations:read'
  | 'call-list:read'
  | 'safety:read';
/** Of one's own: what was sent to oneself, and how one wants to be asked. */
type Own = 'link:use' | 'preference:own';
type Administering =
  | 'policy:load'
  | 'calendar:load'
  | 'journey:replan-many'
  | 'directory:write'
  | 'directory:cover'
  | 'feed:register'
  | 'feed:count'
  | 'patient:erase'
  | 'patient:legal-hold'
  | 'remedy:apply'
  | 'remedy:approve';
export type Permission = `fact:${FactType}` | `journey:${CommandType}` | Reading | Own | Administering;

export const PERMISSIONS: Readonly<Record<Permission, readonly RoleKey[]>> = {
  // facts: source systems, and the people who stand in for them
  'fact:request': ['system', ...CLINICIANS, 'desk'],
  'fact:cancel': ['system', ...CLINICIANS, 'imaging-department', 'radiographer'],
  'fact:unbooked': ['system', 'imaging-department', 'radiographer'],
  'fact:did-not-attend': ['system', 'imaging-department', 'radiographer'],
  'fact:images': ['system', 'radiographer', 'imaging-department'],
  'fact:transfer': ['system', 'sending-site', 'imaging-department'],
  'fact:transfer-received': ['system', 'reading-site', 'imaging-department'],
  'fact:viewed': ['system', ...CLINICIANS],
  'fact:report': ['system', 'reporter'],
  'fact:flag': ['system', 'reporter', 'radiographer'],
  'fact:gp-receipt': ['system', 'gp', 'desk'],
  'fact:died': ['system', ...CLINICIANS, 'desk'],
  'fact:moved': ['system', ...CLINICIANS, 'desk'],
  'fact:discharged': ['system', ...CLINICIANS, 'desk'],
  'fact:hold': ['system', ...CLINICIANS, 'desk'],
  'fact:enquiry': ['system', ...CLINICIANS, 'desk'],
  'fact:bounced': ['system', 'desk'],
  'fact:delivery-failed': ['system'],
  'fact:unusable': ['system'],
  'fact:concern': ['system'],
  'fact:review-due': ['system', ...LEADS],

  // commands: people only
  'journey:vet': ['vetter', 'imaging-department', 'radiographer'],
  'journey:return': ['vetter', 'imaging-department', 'radiographer'],
  'journey:clarify': [...CLINICIANS],
  'journey:answer': ['desk'],
  'journey:claim': ['reporter'],
  'journey:release': ['reporter'],
  'journey:evaluate': [...CLINICIANS],
  'journey:assure': ['reporter'],
  'journey:acknowledge': [...CLINICIANS],
  'journey:plan': [...CLINICIANS],
  'journey:complete': [...CLINICIANS, 'mdt-coordinator'],
  'journey:tell': [...CLINICIANS],
  'journey:offer': [...CARE],
  'journey:accept': [...CARE],
  'journey:decline': [...CARE],
  'journey:call': [...CLINICIANS, 'radiographer', 'reporter', ...LEADS, 'desk'],
  'journey:reassign': ['clinical-lead', 'medical-lead'],
  'journey:waive': ['consultant', 'gp', ...LEADS, 'desk'],
  'journey:retract': [...CLINICIANS],
  'journey:match': ['desk'],
  'journey:explain': ['desk'],
  'journey:reviewed': [...LEADS],
  'journey:replan': ['admin'],

  // reading
  'journey:read': PEOPLE,
  'journey:search': CARE,
  'worklist:read': PEOPLE,
  'evidence:read': PEOPLE,
  // hashes and signatures: whoever keeps checkpoints elsewhere may fetch them
  'checkpoint:read': EVERYBODY,
  'dossier:read': ['safety-lead', 'admin'],
  'history:read': ['safety-lead', 'on-call-engineer', 'admin'],
  'command:read': EVERYBODY,
  'patient:read': CARE,
  'policy:read': EVERYBODY,
  'directory:read': PEOPLE,
  // the desk owns what is found amiss, and reads why
  'operations:read': ['admin', 'safety-lead', 'desk', 'on-call-engineer'],

  // Questions across all journeys, and who read what: for whoever investigates. Free text is searched with patient:read as well.
  'safety:read': ['safety-lead', 'admin'],

  // Numbers of colleagues: for those who ring.
  'call-list:read': ['desk', ...IMAGING, ...LEADS],

  // one's own; what a link does needs that act's own permission as well
  'link:use': [...CARE, 'on-call-engineer'],
  'preference:own': PEOPLE,

  // administering
  'policy:load': ['admin'],
  'calendar:load': ['admin'],
  'journey:replan-many': ['admin'],
  'directory:write': ['admin'],
  // rotas and absences: whoever runs the department knows first
  'directory:cover': ['admin', 'clinical-lead'],
  'feed:register': ['admin'],
  // a source system says for itself what it sent; somebody may read it off for one that cannot
  'feed:count': ['system', 'admin', 'desk'],
  // Two people for an erasure. Neither role sees by it who the patient is: both must know the number.
  'patient:erase': ['admin', 'safety-lead'],
  'patient:legal-hold': ['admin', 'safety-lead'],
  // Who approves must be another person than who asked.
  'remedy:apply': ['admin', 'on-call-engineer'],
  'remedy:approve': ['admin', 'on-call-engineer', 'safety-lead'],
};

/** Whether somebody in this role may do this. */
export const may = (role: RoleKey, permission: Permission): boolean => PERMISSIONS[permission].includes(role);
