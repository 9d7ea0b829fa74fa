import { outputSchemaOf } from '#libs/operations';
import type { DtoClass, JsonSchema } from '#libs/operations';
import { instant, linksTo, extended, named, orNull } from './shape.js';

/**
 * Describes what a DTO holds as it goes over the wire: what may be missing may be null as well, and every time is an
 * instant.
 */
export const shapeOf = (dto: DtoClass): JsonSchema => asSent(outputSchemaOf(dto));

/** Describes a DTO under a name of its own, with the links that the gateway adds. */
export function linkedShape(name: string, dto: DtoClass, ...links: readonly string[]): JsonSchema {
  return named(
    name,
    links.length === 0 ? shapeOf(dto) : extended(shapeOf(dto), { links: linksTo(...links) }),
  );
}

/** Describes what one item of a list's output holds, under a name of its own, with the links that the gateway adds. */
export function itemShape(
  name: string,
  output: DtoClass,
  { of = 'items', links = [] }: { readonly of?: string; readonly links?: readonly string[] } = {},
): JsonSchema {
  const item = shapeOf(output).properties?.[of]?.items;
  if (!item) throw new TypeError(`${output.name} is no list`);
  return named(name, links.length === 0 ? item : extended(item, { links: linksTo(...links) }));
}

/** Says of an output's schema what the rules of its class leave unsaid. */
export function asSent(schema: JsonSchema): JsonSchema {
  if (isInstant(schema)) return instant(described(schema));
  const { properties, items, additionalProperties, required = [] } = schema;
  return {
    ...schema,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, shape]) => [
              name,
              required.includes(name) ? asSent(shape) : orNull(asSent(shape)),
            ]),
          ),
        }
      : {}),
    ...(items ? { items: asSent(items) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: asSent(additionalProperties) }
      : {}),
  };
}

const described = ({ description }: JsonSchema): JsonSchema =>
  typeof description === 'string' ? { description } : {};

function isInstant({ oneOf }: JsonSchema): boolean {
  return (
    Array.isArray(oneOf) &&
    oneOf.some((kind: unknown) => (kind as JsonSchema | undefined)?.['format'] === 'date-time')
  );
}
