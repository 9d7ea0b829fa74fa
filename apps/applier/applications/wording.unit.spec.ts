import { describe, expect, it } from '@jest/globals';
import { senderOf } from './sender.js';
import { formSummaryOf, mailTextOf } from './wording.js';

const job = {
  title: 'Koch',
  company: 'Moor',
  processing: null,
  language: 'de-DE',
  applyUrl: null,
  url: null,
};

describe('the sender', () => {
  it('is who the resume says', () => {
    const location = { address: 'Weg 1', postalCode: '26121', city: 'Oldenburg', countryCode: 'DE' };
    const profiles = [{ url: 'https://code.example/kim' }, null, 7];
    const basics = {
      name: ' Kim\tM ',
      email: 'kim@x.example',
      phone: '1',
      url: 'https://kim.example',
      location,
      profiles,
    };
    expect(senderOf({ resume: { basics } })).toEqual({
      name: 'Kim M',
      email: 'kim@x.example',
      phone: '1',
      place: 'Weg 1, 26121 Oldenburg, DE',
      links: ['https://kim.example', 'https://code.example/kim'],
    });
  });

  it.each([
    {},
    { basics: null },
    { basics: [] },
    { basics: { name: 1, email: 'no', location: 'x', profiles: {} } },
  ])('of %j is nobody', (resume) => {
    expect(senderOf({ resume })).toEqual({ name: '', email: '', phone: '', place: '', links: [] });
  });
});

describe('the words of an application', () => {
  const sender = senderOf({ resume: { basics: { name: 'Kim', email: 'kim@x.example' } } });

  it('are German for German jobs and English for all others', () => {
    expect(mailTextOf(job, sender, true)).toEqual({
      subject: 'Bewerbung: Koch',
      text: 'Sehr geehrte Damen und Herren,\n\nhiermit bewerbe ich mich auf die Stelle „Koch“ bei Moor. Mein Anschreiben und mein Lebenslauf sind beigefügt.\n\nMit freundlichen Grüßen\nKim\nkim@x.example\n',
    });
    expect(mailTextOf({ ...job, language: null, company: '' }, sender, false)).toEqual({
      subject: 'Application: Koch',
      text: 'Dear hiring team,\n\nI am applying for the position “Koch”. Please find my CV attached.\n\nKind regards\nKim\nkim@x.example\n',
    });
  });

  it('of a form leave out what is not known', () => {
    expect(formSummaryOf(job, sender, [], ['CV.pdf'])).toEqual({
      subject: 'Koch – Moor',
      text: 'Position: Koch\nEmployer: Moor\nName: Kim\nE-mail: kim@x.example\nFiles: CV.pdf\n',
    });
  });
});
