import { describe, expect, it } from '@jest/globals';
import { seenField } from '../testing/seen-field.fixtures.js';
import type { FieldSeen } from './page-seen.js';
import { recognise } from './recognise.js';

const asks = (said: Partial<FieldSeen>) => recognise(seenField(said));

describe('a field is told by its label', () => {
  it.each([
    ['First name *', 'firstName'],
    ['Given Name', 'firstName'],
    ['Vorname (Pflichtfeld)', 'firstName'],
    ['Last name', 'lastName'],
    ['Surname', 'lastName'],
    ['Nachname*', 'lastName'],
    ['Familienname', 'lastName'],
    ['Full name', 'name'],
    ['Your name', 'name'],
    ['Name', 'name'],
    ['Vor- und Nachname', 'name'],
    ['First and last name', 'name'],
    ['E-Mail-Adresse *', 'email'],
    ['Email address (required)', 'email'],
    ['E-Mail bestätigen', 'email'],
    ['Confirm your email', 'email'],
    ['Phone', 'phone'],
    ['Mobile phone number', 'phone'],
    ['Telefonnummer', 'phone'],
    ['Telefon / Mobil', 'phone'],
    ['Rufnummer', 'phone'],
    ['Straße und Hausnummer', 'street'],
    ['Street address', 'street'],
    ['PLZ', 'postalCode'],
    ['ZIP code', 'postalCode'],
    ['Wohnort', 'city'],
    ['City', 'city'],
    ['Land', 'country'],
    ['LinkedIn Profile URL', 'linkedin'],
    ['XING-Profil', 'xing'],
    ['GitHub', 'github'],
    ['Website', 'website'],
  ])('%s', (label, field) => {
    expect(asks({ label })).toBe(field);
  });

  it.each([
    'Company name',
    'Name Ihres Arbeitgebers',
    'Name of your school',
    'Name of reference',
    'Who referred you? (e-mail)',
    'Birth name',
    'Middle name',
    'Username',
    'Fax',
    'Salary expectation',
    'Earliest start date',
    'Phone country code',
    'Why do you want to work here?',
    'Project name',
  ])('and not taken for another: %s', (label) => {
    expect(asks({ label, name: 'name' })).toBeNull();
  });
});

describe('a field without a telling label', () => {
  it.each([
    [{ autocomplete: 'given-name' }, 'firstName'],
    [{ autocomplete: 'section-a shipping family-name', label: 'Prénom' }, 'lastName'],
    [{ autocomplete: 'tel' }, 'phone'],
    [{ autocomplete: 'organization', label: 'Firma' }, null],
    [{ kind: 'email' }, 'email'],
    [{ kind: 'email', label: 'E-mail of your manager' }, null],
    [{ kind: 'tel', label: 'Číslo' }, 'phone'],
    [{ name: 'applicant[first_name]' }, 'firstName'],
    [{ name: 'lastName' }, 'lastName'],
    [{ name: 'candidate.email', label: 'Courriel' }, 'email'],
    [{ id: 'name' }, 'name'],
    [{ id: 'name', label: 'Team' }, null],
    [{ placeholder: 'E-Mail' }, 'email'],
    [{ label: 'Name', group: 'Emergency contact' }, null],
    [{ label: 'Leave this field empty', name: 'email' }, null],
    [{ label: 'Website', name: 'honeypot' }, null],
    [{}, null],
  ] as const)('is told by the rest: %j', (said, field) => {
    expect(asks(said)).toBe(field);
  });
});

describe('papers', () => {
  it.each([
    ['Resume/CV', 'cv'],
    ['Lebenslauf hochladen', 'cv'],
    ['Curriculum Vitae', 'cv'],
    ['Cover letter', 'letter'],
    ['Anschreiben (optional)', 'letter'],
    ['Motivationsschreiben', 'letter'],
    ['CV and cover letter', 'documents'],
    ['Bewerbungsunterlagen', 'documents'],
    ['Attachments', 'documents'],
    ['Zeugnisse', null],
    ['Photo', null],
    ['Something', null],
  ] as const)('are told by their name: %s', (label, field) => {
    expect(asks({ kind: 'file', label })).toBe(field);
  });

  it.each([
    ['Cover letter', 'letterText'],
    ['Anschreiben', 'letterText'],
    ['Ihre Nachricht an uns', 'letterText'],
    ['Message to the hiring team', 'letterText'],
    ['What would you like to tell us that is not in your cover letter?', null],
    ['Comments', null],
  ] as const)('a large text field asks for the letter or for something else: %s', (label, field) => {
    expect(asks({ kind: 'textarea', label })).toBe(field);
  });
});

it('a choice is told where it is the country, and a tick never', () => {
  expect(asks({ kind: 'select', label: 'Country' })).toBe('country');
  expect(asks({ kind: 'select', label: 'Wohnsitz', autocomplete: 'country' })).toBe('country');
  expect(asks({ kind: 'select', label: 'Anrede' })).toBeNull();
  expect(asks({ kind: 'checkbox', label: 'E-Mail' })).toBeNull();
  expect(asks({ kind: 'radio', label: 'Name' })).toBeNull();
  expect(asks({ kind: 'password', label: 'Name' })).toBeNull();
});
