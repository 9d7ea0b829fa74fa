import jsonResume from '@jsonresume/schema';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { FieldError } from '#libs/run-log';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
formats.default(ajv);
const validate = ajv.compile(jsonResume.schema);

const MOST_ERRORS = 100;
const SHOWN = 200;
/** Which fields hold dates, by JSON Resume. */
const DATES = ['startDate', 'endDate', 'date', 'releaseDate'];

/** Checks a résumé by the schema of JSON Resume, and that its dates exist. Gives what is wrong with it. */
export function resumeErrors(resume: Readonly<Record<string, unknown>>): FieldError[] {
  const errors = validate(resume) ? [] : (validate.errors ?? []).map(fieldErrorOf);
  if (errors.length > 0) return errors.slice(0, MOST_ERRORS);
  if (Object.keys(resume).length === 0)
    return [{ field: 'resume', value: resume, message: 'is empty: expected a JSON Resume with basics.name' }];
  const { basics } = resume as { readonly basics?: { readonly name?: string } };
  if ((basics?.name ?? '').trim() === '') {
    const message = 'is missing: expected the person’s name, which every document needs';
    return [{ field: 'resume.basics.name', value: basics?.name, message }];
  }
  return [...renamedErrors(resume), ...dateErrors(resume, 'resume')].slice(0, MOST_ERRORS);
}

function fieldErrorOf({ instancePath, keyword, params, data, message }: ErrorObject): FieldError {
  const field = `resume${pathOf(instancePath)}`;
  return { field, value: preview(data), message: expectationOf(keyword, params, data, message) };
}

function expectationOf(
  keyword: string,
  params: Readonly<Record<string, unknown>>,
  data: unknown,
  message = 'is refused',
): string {
  if (data === '' && keyword === 'pattern')
    return 'is empty: leave it out where it is not known, or still goes on';
  if (data === '' && keyword === 'format') return 'is empty: leave it out';
  if (keyword === 'type') return `expected ${article(String(params['type']))}`;
  if (keyword === 'pattern') return 'expected a date such as 2024, 2024-03 or 2024-03-15';
  if (keyword === 'format' && params['format'] === 'uri')
    return 'expected an address such as https://example.org';
  if (keyword === 'format' && params['format'] === 'email')
    return 'expected an address such as name@example.org';
  return message;
}

function article(type: string): string {
  if (type === 'array') return 'a list';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type === 'string' ? 'text' : type}`;
}

/** Turns a JSON Pointer into a path such as `.work[0].startDate`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('');
}

/** Before its version 1, JSON Resume had another name for the employer, without which a CV would be made. */
function* renamedErrors({ work }: Readonly<Record<string, unknown>>): Generator<FieldError> {
  for (const [at, station] of (Array.isArray(work) ? work : []).entries()) {
    const { name, company } = station as Readonly<Record<string, unknown>>;
    if (name !== undefined || typeof company !== 'string') continue;
    const message = 'is what JSON Resume calls name since its version 1: rename the field';
    yield { field: `resume.work[${at}].company`, value: preview(company), message };
  }
}

function* dateErrors(value: unknown, path: string): Generator<FieldError> {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [name, held] of Object.entries(fields)) {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    if (typeof held === 'string' && DATES.includes(name) && !exists(held))
      yield { field: at, value: held, message: 'is no day or month of the calendar' };
    else yield* dateErrors(held, at);
  }
  const { startDate, endDate } = fields;
  if (typeof startDate === 'string' && typeof endDate === 'string' && endsBefore(startDate, endDate)) {
    const message = `comes before the start, ${startDate}: expected the same or a later date`;
    yield { field: `${path}.endDate`, value: endDate, message };
  }
}

function exists(date: string): boolean {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(date) ?? [];
  if (year === undefined) return true;
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === `${year}-${month}-${day}`;
}

/** Compares as far as both are known: `2024` does not end before `2024-03`. */
function endsBefore(start: string, end: string): boolean {
  const known = Math.min(start.length, end.length);
  return end.slice(0, known) < start.slice(0, known);
}

function preview(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text === undefined || text.length <= SHOWN) return value;
  return `${text.slice(0, SHOWN)}…`;
}
