/** A defect between the parts of a policy: where it is, and what to do about it. */
export interface Defect {
  path: (string | number)[];
  message: string;
}
