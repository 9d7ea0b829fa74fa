import 'reflect-metadata';
import type { DtoClass } from './contract.js';
import { fieldsOf, nestedTypeOf } from './dto-shape.js';

const SENSITIVE = Symbol('operations:sensitive');

/** What stands in records, logs and traces in place of a sensitive value. */
export const REDACTED = '[redacted]';

/** Marks a field whose value must never reach a log, a record or a trace in the clear. */
export function Sensitive(): PropertyDecorator {
  return (target, property) => {
    const inherited = (Reflect.getMetadata(SENSITIVE, target) as ReadonlySet<string> | undefined) ?? [];
    Reflect.defineMetadata(SENSITIVE, new Set([...inherited, String(property)]), target);
  };
}

/** Where in a DTO sensitive values lie: `true` for the field itself, a map for fields below it. */
type Places = ReadonlyMap<string, true | Places>;

const placesByClass = new WeakMap<DtoClass, Places | undefined>();

/** Finds the sensitive places of a DTO; undefined when it has none, which is the common and cheap case. */
function placesOf(dto: DtoClass): Places | undefined {
  if (placesByClass.has(dto)) return placesByClass.get(dto);
  placesByClass.set(dto, undefined); // a class that holds itself ends the search
  const marked = Reflect.getMetadata(SENSITIVE, dto.prototype as object) as ReadonlySet<string> | undefined;
  const places = new Map<string, true | Places>();
  for (const field of marked ?? []) places.set(field, true);
  for (const field of fieldsOf(dto)) {
    const nested = nestedTypeOf(dto, field);
    if (places.has(field) || !nested) continue;
    if (nested === dto && marked) places.set(field, places);
    const below = nested === dto ? undefined : placesOf(nested);
    if (below) places.set(field, below);
  }
  const found = places.size > 0 ? places : undefined;
  placesByClass.set(dto, found);
  return found;
}

/** Copies a value with its sensitive fields struck out; gives the value itself when its DTO has none. */
export function redact(dto: DtoClass, value: unknown): unknown {
  const places = placesOf(dto);
  return places ? strike(places, value) : value;
}

function strike(places: Places, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => strike(places, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, held]) => {
      const place = places.get(field);
      if (!place || held === undefined || held === null) return [field, held];
      return [field, place === true ? REDACTED : strike(place, held)];
    }),
  );
}

/** Says whether a path such as `login.password` or `logins[2].password` leads into a sensitive field. */
export function isSensitivePath(dto: DtoClass, path: string): boolean {
  let place: true | Places | undefined = placesOf(dto);
  for (const step of path.replace(/\[\d+\]/g, '').split('.')) {
    if (place === undefined || place === true) break;
    place = place.get(step);
  }
  return place === true;
}

/** Lists the field names that are sensitive anywhere in a DTO. */
function namesIn(places: Places, names: Set<string>, seen: Set<Places>): void {
  if (seen.has(places)) return;
  seen.add(places);
  for (const [field, place] of places) {
    if (place === true) names.add(field);
    else namesIn(place, names, seen);
  }
}

/** Collects the texts that stand in the sensitive fields of a value. */
function textsIn(places: Places, value: unknown, texts: Set<string>): void {
  if (Array.isArray(value)) return value.forEach((item) => textsIn(places, item, texts));
  if (typeof value !== 'object' || value === null) return;
  for (const [field, held] of Object.entries(value)) {
    const place = places.get(field);
    if (place === true) everyText(held, texts);
    else if (place) textsIn(place, held, texts);
  }
}

function everyText(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string' && value.length > 3) texts.add(value);
  else if (typeof value === 'object' && value !== null)
    Object.values(value).forEach((held) => everyText(held, texts));
}

/** Strikes sensitive values out of whatever one execution says: its log lines, its errors, its messages. */
export class Redactor {
  private readonly names = new Set<string>();
  private readonly texts = new Set<string>();

  private constructor(dtos: readonly DtoClass[], input: unknown, inputDto: DtoClass) {
    for (const dto of dtos) {
      const places = placesOf(dto);
      if (places) namesIn(places, this.names, new Set());
    }
    const places = placesOf(inputDto);
    if (places) textsIn(places, input, this.texts);
  }

  /** Makes a redactor for one execution; undefined when neither DTO has a sensitive field. */
  static for(inputDto: DtoClass, outputDto: DtoClass, input: unknown): Redactor | undefined {
    if (!placesOf(inputDto) && !placesOf(outputDto)) return undefined;
    return new Redactor([inputDto, outputDto], input, inputDto);
  }

  /** Copies any value: texts lose what stood in a sensitive field, fields of a sensitive name lose their value. */
  clean<T>(value: T): T {
    return this.cleaned(value) as T;
  }

  private cleaned(value: unknown): unknown {
    if (typeof value === 'string') {
      let text: string = value;
      for (const secret of this.texts) text = text.replaceAll(secret, REDACTED);
      return text;
    }
    if (Array.isArray(value)) return value.map((item) => this.cleaned(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, held]) => [
        field,
        this.names.has(field) && held !== undefined ? REDACTED : this.cleaned(held),
      ]),
    );
  }
}
