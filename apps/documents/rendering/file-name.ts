import type { DocumentFormat, DocumentKind, DocumentLanguage } from '#libs/contracts';

const KIND_WORDS: Readonly<Record<DocumentLanguage, Readonly<Record<DocumentKind, string>>>> = {
  en: { cv: 'CV', letter: 'Letter' },
  de: { cv: 'Lebenslauf', letter: 'Anschreiben' },
};
const LONGEST_PART = 40;
const SPELT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  Ä: 'Ae',
  Ö: 'Oe',
  Ü: 'Ue',
  ß: 'ss',
};

export interface FileNameParts {
  readonly kind: DocumentKind;
  readonly language: DocumentLanguage;
  readonly person: string;
  readonly company: string;
}

/** Names a file so that a person knows it again, by letters, digits, `-` and `_` alone, whatever the names are like. */
export function fileNameOf(
  { kind, language, person, company }: FileNameParts,
  format: DocumentFormat,
): string {
  const parts = [KIND_WORDS[language][kind], plain(person), plain(company)].filter((part) => part !== '');
  return `${parts.join('_')}.${format}`;
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[äöüÄÖÜß]/g, (letter) => SPELT[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, LONGEST_PART)
    .replace(/^-+|-+$/g, '');
}
