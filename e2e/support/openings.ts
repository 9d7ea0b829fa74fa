/** Somebody who does not exist. */
export const RESUME = {
  basics: {
    name: 'Kim Müller-Öz',
    label: 'TypeScript engineer',
    email: 'kim@kim.example',
    phone: '+49 30 1234567',
    summary: 'Builds services that last.',
    location: { postalCode: '10115', city: 'Berlin', countryCode: 'DE' },
  },
  work: [
    {
      name: 'Beispielwerk GmbH',
      position: 'Engineer',
      startDate: '2019-03',
      highlights: ['Built data flows with TypeScript and MongoDB', 'Led a team of five'],
    },
  ],
  skills: [{ name: 'Programming', keywords: ['TypeScript', 'MongoDB', 'Docker'] }],
  languages: [{ language: 'English', fluency: 'Fluent' }],
} as const;

/** An opening as a person brings it. */
export interface Opening {
  readonly title: string;
  readonly company: string;
  readonly locations: readonly string[];
  readonly language: string;
  readonly url: string;
  readonly description: string;
}

/** Where an employer wants applications to go. */
export const addressOf = (employer: string): string => `jobs@${employer.toLowerCase()}.example`;

const paragraphs = (employer: string): readonly string[] => [
  `${employer} plans the timetables of small railways, and the people who run them rely on it every morning.`,
  'You will design services in TypeScript that keep their promises, and you will look after them in operation.',
  'Requirements: several years with TypeScript, good knowledge of MongoDB, some experience with Docker.',
  `Please send your application to ${addressOf(employer)}.`,
];

/** An opening at an employer that does not exist, whose posting names an address to apply to. */
export const openingAt = (employer: string): Opening => ({
  title: 'TypeScript engineer',
  company: `${employer} GmbH`,
  locations: ['Berlin'],
  language: 'en',
  url: `https://${employer.toLowerCase()}.example/jobs/1`,
  description: paragraphs(employer).join('\n'),
});

/** The same opening as a page of another board, as somebody has saved it. */
export const savedPageOf = (employer: string): { readonly html: string; readonly url: string } => {
  const posting = {
    '@context': 'https://schema.org',
    '@type': 'JobPosting',
    identifier: `posting-${employer}`,
    title: 'TypeScript engineer',
    hiringOrganization: { '@type': 'Organization', name: `${employer} GmbH` },
    jobLocation: { '@type': 'Place', address: { addressLocality: 'Berlin', addressCountry: 'DE' } },
    description: paragraphs(employer)
      .map((text) => `<p>${text}</p>`)
      .join(''),
  };
  return {
    html: `<!doctype html><script type="application/ld+json">${JSON.stringify(posting)}</script>`,
    url: `https://board.example/${employer.toLowerCase()}`,
  };
};
