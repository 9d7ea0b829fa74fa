import { plainToInstance, TransformationType } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import type { DtoClass } from './contract.js';
import { fieldsOf, nestedTypeOf } from './dto-shape.js';

/** What stands for a value while class-transformer is at work; it passes symbols on as they are. */
type Aside = Map<symbol, unknown>;

/**
 * Makes a DTO instance of plain JSON. Where the DTO says nothing of what a field holds, the field is copied as it is:
 * class-transformer would take a `constructor` in there for a class, and leave out what is named as a method of every
 * object, such as `toString`.
 */
export function toInstance<T extends object>(dto: DtoClass<T>, raw: object): T {
  const aside: Aside = new Map();
  const instance = plainToInstance(dto, putAside(dto, raw, aside) as object);
  if (aside.size > 0) putBack(dto, instance, aside);
  return instance;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function putAside(dto: DtoClass, value: unknown, aside: Aside): unknown {
  if (Array.isArray(value)) return value.map((item) => putAside(dto, item, aside));
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [field, held] of Object.entries(value)) {
    // Assigning it would set the copy's prototype; class-transformer leaves it out as well.
    if (field === '__proto__') continue;
    const reading = isObject(held) ? readingsOf(dto).get(field) : 'as described';
    if (reading === 'as described') kept[field] = held;
    else if (reading) kept[field] = putAside(reading, held, aside);
    else {
      const mark = Symbol(field);
      aside.set(mark, held);
      kept[field] = mark;
    }
  }
  return kept;
}

function putBack(dto: DtoClass, value: unknown, aside: Aside): void {
  if (Array.isArray(value)) for (const item of value) putBack(dto, item, aside);
  else if (isObject(value))
    for (const [field, held] of Object.entries(value)) {
      if (typeof held === 'symbol') Reflect.set(value, field, copyOf(aside.get(held)));
      else {
        const reading = readingsOf(dto).get(field);
        if (reading && reading !== 'as described') putBack(reading, held, aside);
      }
    }
}

/** How a field that holds objects is read: as another DTO, or as a decorator says. */
type Reading = DtoClass | 'as described';

const readingsByClass = new WeakMap<DtoClass, ReadonlyMap<string, Reading>>();

/** Tells how the fields of a DTO are read of which it says so. Read once for each class. */
function readingsOf(dto: DtoClass): ReadonlyMap<string, Reading> {
  let readings = readingsByClass.get(dto);
  if (!readings) {
    readings = new Map(
      [...fieldsOf(dto)].flatMap((field) => {
        const reading = nestedTypeOf(dto, field) ?? (isDescribed(dto, field) ? 'as described' : undefined);
        return reading === undefined ? [] : [[field, reading] as const];
      }),
    );
    readingsByClass.set(dto, readings);
  }
  return readings;
}

/** Tells whether a DTO says by `@Type`, `@Transform` or `@Expose` how a field is to be read. */
const isDescribed = (dto: DtoClass, field: string): boolean =>
  defaultMetadataStorage.findTypeMetadata(dto, field) !== undefined ||
  defaultMetadataStorage.findExposeMetadata(dto, field) !== undefined ||
  defaultMetadataStorage.findTransformMetadatas(dto, field, TransformationType.PLAIN_TO_CLASS).length > 0;

/** Copies JSON; what is no plain object or list stays what it is. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isObject(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, held]) => [field, copyOf(held)]));
}
