import type { DocumentLanguage } from '#libs/contracts';

const MONTHS: Readonly<Record<DocumentLanguage, readonly string[]>> = {
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  de: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
};

/** Shows `2024`, `2024-03` or `2024-03-15` to the month: `Mar 2024`, in German `03/2024`. */
export function monthOf(date: string, language: DocumentLanguage): string {
  const [year = '', month] = date.split('-');
  if (month === undefined) return year;
  const name = MONTHS.en[Number(month) - 1];
  if (name === undefined) return year;
  return language === 'de' ? `${month}/${year}` : `${name.slice(0, 3)} ${year}`;
}

/** Shows `2026-11-21` as letters do: `21 November 2026`, in German `21. November 2026`. */
export function dayOf(date: string, language: DocumentLanguage): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const name = MONTHS[language][Number(month) - 1] ?? '';
  return language === 'de' ? `${Number(day)}. ${name} ${year}` : `${Number(day)} ${name} ${year}`;
}
