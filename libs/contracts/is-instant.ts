import { IS_ISO8601, isISO8601, ValidateBy } from 'class-validator';

/**
 * Takes a date or an instant in ISO 8601 that `new Date()` can read. Weeks (2026-W05) and days of the year
 * (2026-123), which the standard knows too, are refused. Stands in a JSON Schema as what it narrows.
 */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: IS_ISO8601,
    validator: {
      validate: (value: unknown) =>
        isISO8601(value, { strict: true }) && Number.isFinite(Date.parse(String(value))),
      defaultMessage: () => '$property must be a date in ISO 8601, such as 2026-01-31T08:00:00Z',
    },
  });
}
