/*
 * Where keys lie and what their records say, for the one who makes them and for all who look whether one still holds.
 * A key's secret is nowhere in it: a record holds its hash.
 */
export { endOf, grantsOf, KEY_RECORDS, KEYS_BUCKET, statusOf } from './key-record.js';
export type { KeyRecord, KeyStatus } from './key-record.js';
export { KeyRecords } from './key-records.js';
export { isRole, ROLE_NAMES, ROLES } from './roles.js';
export type { Role } from './roles.js';
