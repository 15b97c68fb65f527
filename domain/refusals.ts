/**
 * Why a person's command is refused. The codes are stable: clients branch on them, and each has a page in the
 * documentation. The wording carries no patient data and says what to do.
 */
export const REFUSALS = {
  stale: [412, 'The journey has changed since you read it. Read it again and decide on what it says now.'],
  'not-owed': [409, 'Nothing of that kind is owed here at present. Read the open obligations.'],
  'already-done': [409, 'This has been done already. Read the journey to see by whom.'],
  'no-report': [409, 'There is no such report version yet. Wait for the report, or check the version.'],
  'version-superseded': [409, 'A newer report version stands. Read it and act on that one.'],
  'claimed-by-another': [
    409,
    'Another reporter holds the claim. Wait for its lease to end, or have a lead reassign it.',
  ],
  'not-an-unmatched-message': [
    409,
    'Only an unmatched message can be matched. Two journeys become one when a message names identifiers of both.',
  ],
  'journey-merged': [409, 'This journey was merged into another. Send the command there.'],
  'not-yours': [403, 'Only the person who holds this may do that.'],
  'role-not-permitted': [403, 'Your role may not do that here. Ask somebody in a role that policy names.'],
  'second-person-must-differ': [403, 'A second, different person must confirm this.'],
  'unknown-offer': [
    422,
    'Nothing was offered under that id. Read the open obligations: accept-handover:<id>.',
  ],
  'offer-over': [
    409,
    'That offer was answered, ran out, or was overtaken. Whoever answers for it can offer it again.',
  ],
  'offer-to-owner': [422, 'It belongs to that person already. Offer it to somebody else.'],
  'not-acknowledged-by-call': [
    422,
    'A call that was said back acknowledges a report or a flag. For any other duty say no-read-back or unable-to-reach.',
  ],
  'unknown-duty': [422, 'No open obligation has that key. Read the open obligations.'],
  'unknown-finding': [422, 'The report version has no such alert finding.'],
  'findings-incomplete': [
    422,
    'List every alert finding of this version, so that each is known to have been seen.',
  ],
  'read-back-required': [422, 'A critical finding is acknowledged by voice with read-back.'],
  'human-contact-required': [
    422,
    'An alert finding is told by a person: in person, by telephone or by video.',
  ],
  'plan-incomplete': [
    422,
    'A plan has at least one action, or "no action" with a reason from the list, not both.',
  ],
  'unknown-action': [422, 'No open action has that id.'],
  'regions-incomplete': [422, 'State each body region of the examination: findings, or none.'],
  'unknown-enquiry': [422, 'No open enquiry has that id.'],
  'not-delegated': [
    422,
    'Signed policy delegates no such evaluation for this examination. It needs a report.',
  ],
  'reason-not-listed': [422, 'Policy does not list that reason for this duty.'],
  'nothing-to-retract': [422, 'No standing acknowledgement, plan or telling has that event number.'],
  'not-to-the-dead': [
    422,
    'The patient has died. Record whom of the family was told, or the decision not to tell.',
  ],
  'happened-in-future': [
    422,
    'Entered-Afterwards says when it was done, which cannot be later than now. Check the date, time and offset.',
  ],
  'happened-before-owed': [
    422,
    'It was not owed yet at the time that was entered. Check the time against the report and the open obligations.',
  ],
  'internal-error': [
    409,
    'This could not be worked out. It is kept, and the failsafe desk has been asked to look.',
  ],
  quarantined: [
    409,
    'This could not be recorded, and was set aside. It is kept, and the failsafe desk has been asked to look.',
  ],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof REFUSALS;

/** Refused for no fault of the sender's: it is kept, and the desk owes `reconcile:<code>:<cause>`. */
export const UNUSABLE = ['internal-error', 'quarantined'] as const satisfies readonly RefusalCode[];
export const unusableCode = (code: RefusalCode): code is (typeof UNUSABLE)[number] =>
  (UNUSABLE as readonly RefusalCode[]).includes(code);
