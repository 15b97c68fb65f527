/** In which of its forms a dossier is wanted. */

export const MEDIA = {
  pdf: 'application/pdf',
  bundle: 'application/vnd.imaging-failsafe.bundle+json',
  fhir: 'application/fhir+json',
} as const;
export type Form = keyof typeof MEDIA;

interface Wanted {
  range: string;
  q: number;
}

const rangesOf = (accept: string): Wanted[] =>
  accept.split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((p) => p.trim().toLowerCase());
    const q = parameters.find((p) => p.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    return { range, q: weight >= 0 && weight <= 1 ? weight : 0 };
  });

const matches = (range: string, media: string): boolean =>
  range === media || range === '*/*' || range === `${media.split('/')[0]}/*`;

/**
 * The form that an Accept header (RFC 9110) wants most; of equals the PDF, then the bundle. Where the closest range to a form
 * has `q=0` it is not wanted. Without a header, the PDF.
 * @returns nothing where none of them is wanted
 */
export const formFor = (accept: string | undefined): Form | undefined => {
  if (accept === undefined || accept.trim() === '') return 'pdf';
  const ranges = rangesOf(accept);
  const weighed = (Object.keys(MEDIA) as Form[]).map((form) => {
    const found = ranges
      .filter(({ range }) => matches(range, MEDIA[form]))
      .sort((a, b) => specific(b.range) - specific(a.range) || b.q - a.q);
    return { form, q: found[0]?.q ?? 0 };
  });
  return weighed.filter(({ q }) => q > 0).sort((a, b) => b.q - a.q)[0]?.form;
};

const specific = (range: string): number => (range === '*/*' ? 0 : range.endsWith('/*') ? 1 : 2);
