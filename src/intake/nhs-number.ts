const WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];

/** Ten digits without the spaces and dashes people write between them. */
export const bareNhsNumber = (text: string): string => text.replace(/[\s-]/g, '');

/** Whether a number is a well-formed NHS number: ten digits, the last a modulus 11 check (NHS Data Dictionary). */
export const isNhsNumber = (text: string): boolean => {
  const digits = bareNhsNumber(text);
  if (!/^\d{10}$/.test(digits)) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === Number(digits[9]);
};
