/** The terms of schema.org/employmentType. */
export const EmploymentType = {
  FULL_TIME: 'FULL_TIME',
  PART_TIME: 'PART_TIME',
  CONTRACTOR: 'CONTRACTOR',
  TEMPORARY: 'TEMPORARY',
  INTERN: 'INTERN',
  VOLUNTEER: 'VOLUNTEER',
  PER_DIEM: 'PER_DIEM',
  OTHER: 'OTHER',
} as const;
export type EmploymentType = (typeof EmploymentType)[keyof typeof EmploymentType];

/** What boards write, German and English; the first match of each line counts. */
const WORDS: readonly (readonly [RegExp, EmploymentType])[] = [
  [/full[\s_-]?time|vollzeit/i, 'FULL_TIME'],
  [/part[\s_-]?time|teilzeit|werkstudent|working[\s_-]?student|minijob/i, 'PART_TIME'],
  [/contract(or)?\b|freelance|freie mitarbeit|freiberuf/i, 'CONTRACTOR'],
  [/temporary|befristet|zeitarbeit|aushilfe/i, 'TEMPORARY'],
  [/\bintern(ship)?\b|praktik/i, 'INTERN'],
  [/volunteer|ehrenamt/i, 'VOLUNTEER'],
  [/per[\s_-]?diem/i, 'PER_DIEM'],
];

/** Reads the words of a board as terms; words that say nothing of the kind are left out. */
export function employmentTypes(words: readonly string[]): EmploymentType[] {
  const found = new Set<EmploymentType>();
  for (const word of words) {
    // "unbefristet" (permanent) holds "befristet" (temporary).
    const text = word.replace(/unbefristete?r?/gi, ' ');
    if (text.trim().toUpperCase() === 'OTHER') found.add('OTHER');
    for (const [pattern, type] of WORDS) if (pattern.test(text)) found.add(type);
  }
  return [...found];
}
