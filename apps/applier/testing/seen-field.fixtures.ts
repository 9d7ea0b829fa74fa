import type { FieldSeen, PageSeen } from '../forms/page-seen.js';

/** A text input that says nothing of itself but what a spec says. */
export const seenField = (said: Partial<FieldSeen> = {}): FieldSeen => ({
  key: 0,
  form: 0,
  kind: 'text',
  label: '',
  group: '',
  placeholder: '',
  name: '',
  id: '',
  autocomplete: '',
  required: false,
  visible: true,
  open: true,
  value: '',
  accept: '',
  multiple: false,
  maxLength: null,
  options: [],
  ...said,
});

/** A page with these fields, each with a key of its own. */
export const seenPage = (fields: readonly Partial<FieldSeen>[], said: Partial<PageSeen> = {}): PageSeen => ({
  url: 'https://employer.example/jobs/1',
  title: 'Cook',
  language: 'en',
  text: '',
  fields: fields.map((field, key) => seenField({ key, ...field })),
  forms: [''],
  frames: [],
  captcha: false,
  ...said,
});
