import type { ObligationKind } from '../../domain/vocabulary';

/** What each kind of duty is, for those who owe it: the pathway's table in the reader's words. */
export interface DutyText {
  name: string;
  owed: string;
  accountable: string;
  done: string;
}

export const DUTY_TEXTS: Record<ObligationKind, DutyText> = {
  vet: {
    name: 'Vet the request',
    owed: 'a request without images',
    accountable: 'imaging department',
    done: 'accepted with a priority, or returned to the requester',
  },
  acquire: {
    name: 'Take the images',
    owed: 'the request is accepted',
    accountable: 'imaging department',
    done: 'images taken',
  },
  clarify: {
    name: 'Decide on a returned request',
    owed: 'returned, not booked, not attended, cancelled, or a result for a cancelled order',
    accountable: 'the requester',
    done: 'a clinical decision: rebook, change, still act, or not needed',
  },
  transfer: {
    name: 'Transfer the images',
    owed: 'the images must be read elsewhere',
    accountable: 'sending site',
    done: 'the reading site confirms that they are there and complete',
  },
  report: {
    name: 'Report the images',
    owed: 'images without a final report; a provisional view stops nothing',
    accountable: 'reporting pool, then who claimed the study',
    done: "a verified final report, or a named person's evaluation where signed policy delegates it",
  },
  assure: {
    name: 'State each body region',
    owed: 'a final report without its statement region by region',
    accountable: 'the reporter',
    done: 'each body region stated: findings, or none',
  },
  acknowledge: {
    name: 'Acknowledge the report',
    owed: 'a report version that nobody has accepted',
    accountable: 'the accountable clinician',
    done: 'seen and responsibility accepted, for this version; critical by voice with read-back',
  },
  plan: {
    name: 'Plan the action',
    owed: 'an alert finding was acknowledged',
    accountable: 'who acknowledged it',
    done: 'at least one action, or no action with a reason from the list',
  },
  complete: {
    name: 'Complete the action',
    owed: 'an action was planned; its own date stands before this limit',
    accountable: 'who planned it, until the person named accepts',
    done: 'proof: order number, appointment kept, MDT outcome',
  },
  'tell-patient': {
    name: 'Tell the patient',
    owed: 'a final report',
    accountable: 'the accountable clinician',
    done: 'told: to whom, by whom, when and how; for an alert finding by a person',
  },
  'tell-gp': {
    name: 'Tell the GP',
    owed: 'a final report, and a GP who is not the one acknowledging',
    accountable: 'the accountable clinician',
    done: 'the practice has received it',
  },
  'follow-up': {
    name: 'Follow up',
    owed: 'the recommended date has come',
    accountable: 'a named person',
    done: 'the follow-up examination, or closed with a clinical reason',
  },
  'accept-handover': {
    name: 'Accept a handover',
    owed: 'responsibility is offered',
    accountable: 'the receiver of the offer; the duty stays with the sender',
    done: 'accepted; declined or expired, the sender is asked at once',
  },
  answer: {
    name: 'Answer the patient',
    owed: 'a patient or relative has not heard, complains, or doubts whose result it is',
    accountable: 'failsafe desk',
    done: 'answered',
  },
  reconcile: {
    name: 'Reconcile a message',
    owed: 'a message that matches nothing or too much, or could not be used',
    accountable: 'failsafe desk',
    done: 'matched or explained',
  },
  candour: {
    name: 'Be candid',
    owed: 'a notifiable discrepancy',
    accountable: 'clinical lead',
    done: 'told in person, apology, written follow-up',
  },
  learn: {
    name: 'Learn from it',
    owed: 'a discrepancy, or a breach that policy names',
    accountable: 'clinical lead',
    done: 'reviewed at a REALM (radiology events and learning meeting), its actions done',
  },
  review: {
    name: 'Review the failsafe',
    owed: 'the failsafe is to be audited, or the policy signed, reviewed, made known or its findings shared, by a date',
    accountable: 'safety lead; for the policy the clinical lead',
    done: 'reviewed, with a reference to the evidence; the next one is owed at its date',
  },
};
