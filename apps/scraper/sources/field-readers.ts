import { load } from 'cheerio';

/** Reads a date; null for what is none, so that one odd date does not cost a posting. */
export function dateOf(value: unknown): Date | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Makes an http(s) address of a link on a page; null for any other scheme and for what is no address. */
export function webAddress(value: unknown, base?: string | null): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  if (!URL.canParse(value.trim(), base ?? undefined)) return null;
  const url = new URL(value.trim(), base ?? undefined);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/** Joins a base address, which may have a path of its own, and a path. */
export function under(base: string, path: string): string {
  return base.replace(/\/+$/, '') + path;
}

/** One line without doubled white space. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Decodes text whose markup is entity-escaped; leaves markup as it is. */
export function decodeEntities(text: string): string {
  if (/<[a-z!/][^>]*>/i.test(text) || !/&(#\d+|#x[\da-f]+|\w+);/i.test(text)) return text;
  return load(`<x>${text}</x>`, null, false).text();
}
