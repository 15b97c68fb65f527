import { z } from 'zod';

/** What we read of a FHIR R4 Bundle; everything else in it is left alone. */

/** The code system of our roles in PractitionerRole.code, and of kinds of organisation in Organization.type. */
export const ROLE_SYSTEM = 'urn:imaging-failsafe:role';
export const ORGANISATION_SYSTEM = 'urn:imaging-failsafe:organisation-kind';

const text = z.string().max(1_000);
const coding = z.looseObject({ system: text.optional(), code: text.optional() });
const concept = z.looseObject({ coding: z.array(coding).optional() });
const telecom = z.looseObject({ system: text.optional(), value: text.optional() });
const reference = z.looseObject({ reference: text.optional() });
const when = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/,
    'a date, or a time with its offset',
  );

const practitioner = z.looseObject({
  resourceType: z.literal('Practitioner'),
  id: text,
  name: z
    .array(
      z.looseObject({
        text: text.optional(),
        family: text.optional(),
        given: z.array(text).optional(),
        prefix: z.array(text).optional(),
      }),
    )
    .optional(),
  telecom: z.array(telecom).optional(),
});

const practitionerRole = z.looseObject({
  resourceType: z.literal('PractitionerRole'),
  practitioner: reference.optional(),
  organization: reference.optional(),
  code: z.array(concept).optional(),
  telecom: z.array(telecom).optional(),
  period: z.looseObject({ end: when.optional() }).optional(),
  availableTime: z.array(z.looseObject({})).optional(),
  notAvailable: z
    .array(z.looseObject({ during: z.looseObject({ start: when, end: when }).optional() }))
    .optional(),
});

const organization = z.looseObject({
  resourceType: z.literal('Organization'),
  id: text,
  name: text.optional(),
  type: z.array(concept).optional(),
  telecom: z.array(telecom).optional(),
});

export const fhirBundle = z
  .looseObject({
    resourceType: z.literal('Bundle'),
    entry: z
      .array(
        z.looseObject({
          resource: z.discriminatedUnion('resourceType', [practitioner, practitionerRole, organization]),
        }),
      )
      .max(5_000),
  })
  .meta({ title: 'DirectoryBundle' });

export type FhirBundle = z.output<typeof fhirBundle>;
export type Practitioner = z.output<typeof practitioner>;
export type PractitionerRole = z.output<typeof practitionerRole>;
export type Coding = z.output<typeof coding>;
export type Telecom = z.output<typeof telecom>;
