const STATIONS = [
  ['Nordwerk Anlagen GmbH', 'Leitender Software-Entwickler', '2021-04', undefined],
  ['Stadtnetz Bremen', 'Software-Entwickler', '2018-02', '2021-03'],
  ['Kühlkette & Söhne', 'Backend-Entwickler', '2016-01', '2018-01'],
  ['Deichblick Verlag', 'Web-Entwickler', '2014-06', '2015-12'],
  ['Universität am Fluss', 'Wissenschaftlicher Mitarbeiter', '2012-10', '2014-05'],
  ['Messtechnik Süd', 'Werkstudent', '2010-03', '2012-09'],
] as const;
const WORK = [
  'Baute Dienste in TypeScript und Node.js, die am Tag vier Millionen Messwerte annehmen',
  'Hielt Datenbanken mit PostgreSQL auch bei vollen Tabellen schnell',
  'Plante mit Kunden neue Anlagen und schrieb klare Texte über die Technik',
  'Verlegte zwölf Anwendungen ohne Ausfall nach Kubernetes',
  'Senkte die Dauer einer Auslieferung von zwei Tagen auf zwanzig Minuten',
] as const;

/** A résumé with the stations of fifteen years, each with lines of its own. */
export const BENCH_RESUME = {
  basics: {
    name: 'Änne Größe-Öffler',
    label: 'Software-Entwicklerin',
    email: 'aenne@bewerbung.example',
    phone: '+49 421 0000000',
    url: 'https://bewerbung.example/',
    summary:
      'Entwickelt seit fünfzehn Jahren Dienste, deren Verhalten sich aus ihren Aufzeichnungen erklären lässt.\n\nAm liebsten in kleinen Gruppen, nahe an denen, die damit arbeiten.',
    location: { city: 'Bremen', countryCode: 'DE' },
  },
  work: STATIONS.map(([name, position, startDate, endDate], at) => ({
    ...{ name, position, startDate, ...(endDate === undefined ? {} : { endDate }) },
    summary: `Verantwortete im ${at + 1}. Bereich den Betrieb und den Umbau von ${at + 3} Anwendungen.`,
    highlights: WORK.slice(0, 3 + (at % 3)).map((line) => `${line} (${at + 2} Beteiligte)`),
  })),
  education: [
    { institution: 'Universität am Fluss', area: 'Informatik', studyType: 'Diplom', endDate: '2012-09' },
  ],
  skills: [
    { name: 'Sprachen', keywords: ['TypeScript', 'Java', 'Python', 'SQL'] },
    { name: 'Dienste', keywords: ['Node.js', 'PostgreSQL', 'MongoDB', 'Spring Boot'] },
    { name: 'Betrieb', keywords: ['Kubernetes', 'Terraform', 'Linux'] },
    { name: 'Oberflächen', keywords: ['React', 'CSS'] },
  ],
  languages: [
    { language: 'Deutsch', fluency: 'Muttersprache' },
    { language: 'Englisch', fluency: 'C1' },
  ],
} as const;
