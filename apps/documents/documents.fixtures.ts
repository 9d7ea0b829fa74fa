import type { JobForDocument } from './rendering/model/job-words.js';

/** A résumé with what is hard to set: umlauts, ligatures, hyphens, markup of three kinds, an address that runs code. */
export const RESUME = {
  basics: {
    name: 'Jörg Müßig-Öztürk',
    label: 'Software-Entwickler',
    email: 'joerg@example.org',
    phone: '+49 30 1234567',
    url: 'https://joerg.example.org/',
    summary:
      'Entwickelt effiziente Abläufe für offene Fragen.\n\n<script>alert(1)</script> #panic("x") *fett* $x^2$ [a](b) @ref `code`',
    location: { address: 'Straße der Äpfel 3', postalCode: '10115', city: 'Berlin', countryCode: 'DE' },
    profiles: [{ network: 'Forge', username: 'joerg', url: 'javascript:alert(1)' }],
  },
  work: [
    {
      name: 'Erste Hilfe Software GmbH',
      position: 'Entwickler',
      startDate: '2015-01',
      endDate: '2018-12-31',
      highlights: ['Führte Schnittstellen ein'],
    },
    {
      name: 'Größe & Söhne',
      position: 'Teamleiter',
      location: 'Köln',
      url: 'https://groesse.example.org/team',
      startDate: '2019-03',
      summary: 'Leitet ein Team von fünf Leuten.',
      highlights: [
        'Senkte die Kosten um 40 %',
        'Baute Datenflüsse mit TypeScript und MongoDB',
        'Hält Vorträge',
      ],
    },
  ],
  education: [
    { institution: 'TU Berlin', area: 'Informatik', studyType: 'Diplom', endDate: '2014', score: '1,3' },
  ],
  skills: [
    { name: 'Büro', keywords: ['Tabellen'] },
    { name: 'Programmieren', level: 'sehr gut', keywords: ['Java', 'TypeScript', 'MongoDB'] },
  ],
  languages: [{ language: 'Deutsch', fluency: 'Muttersprache' }],
} as const;

export const JOB: JobForDocument = {
  id: 'job_1',
  title: 'Engineer (m/w/d) 🚀 für "Daten" & *mehr*',
  company: '../../etc/passwd GmbH',
  description: 'Wir suchen Erfahrung mit TypeScript und MongoDB. JavaScript ist von Vorteil.',
  language: 'de',
  processing: null,
};
