import 'reflect-metadata';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { ValidationTypes, getMetadataStorage } from 'class-validator';
import type { DtoClass } from './contract.js';

const fieldsByClass = new WeakMap<DtoClass, ReadonlySet<string>>();

/** Names the fields that a DTO declares, inherited ones included. Read once for each class. */
export function fieldsOf(dto: DtoClass): ReadonlySet<string> {
  let fields = fieldsByClass.get(dto);
  if (!fields) {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    fields = new Set(metadata.map((entry) => entry.propertyName));
    fieldsByClass.set(dto, fields);
  }
  return fields;
}

/** Gives the class that `@Type` names for a field; undefined for plain values and built-in classes. */
export function nestedTypeOf(dto: DtoClass, field: string): DtoClass | undefined {
  const metadata = defaultMetadataStorage.findTypeMetadata(dto, field);
  const type: unknown = metadata?.typeFunction({ newObject: {}, object: {}, property: field });
  return typeof type === 'function' && fieldsOf(type as DtoClass).size > 0 ? (type as DtoClass) : undefined;
}

const nestedByClass = new WeakMap<DtoClass, readonly NestedField[]>();

/** A field that holds a DTO or a list of them. */
export interface NestedField {
  readonly field: string;
  readonly type: DtoClass;
  readonly optional: boolean;
}

/** Names the fields of a DTO that hold other DTOs. Read once for each class. */
export function nestedFieldsOf(dto: DtoClass): readonly NestedField[] {
  let fields = nestedByClass.get(dto);
  if (!fields) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    const has = (field: string, type: string): boolean =>
      rules.some((rule) => rule.propertyName === field && rule.type === type);
    fields = [...fieldsOf(dto)].flatMap((field) => {
      const type = nestedTypeOf(dto, field);
      if (!type || !has(field, ValidationTypes.NESTED_VALIDATION)) return [];
      return [{ field, type, optional: has(field, ValidationTypes.CONDITIONAL_VALIDATION) }];
    });
    nestedByClass.set(dto, fields);
  }
  return fields;
}
