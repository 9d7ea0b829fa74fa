/** One invented opening, from which each board's answer is made. */
export interface Opening {
  /** Number that the boards make their ids from. */
  readonly id: number;
  readonly title: string;
  /** Key of {@link COMPANIES}. */
  readonly company: string;
  readonly city: string;
  readonly language: 'de' | 'en';
  readonly remote?: 'only' | 'partly';
  readonly kind: 'full' | 'part' | 'student' | 'intern' | 'contract';
  readonly about: string;
  readonly tasks: readonly string[];
  readonly wanted: readonly string[];
  readonly tags: readonly string[];
  /** Yearly, in euros; hourly for students. */
  readonly salary?: readonly [min: number, max: number];
  /** Where applications are taken by mail; elsewhere there is a form. */
  readonly mailTo?: string;
  /** Days before {@link NEWEST} that it was posted. */
  readonly age: number;
}

/** All dates are counted from here, so that the boards say the same each day. */
export const NEWEST = Date.parse('2026-11-02T08:00:00Z');
export const DAY_MS = 86_400_000;
export const postedAt = (opening: Opening): Date => new Date(NEWEST - opening.age * DAY_MS);

/** Employers that do not exist. */
export const COMPANIES: Readonly<Record<string, { readonly name: string; readonly about: string }>> = {
  lindwerk: { name: 'Lindwerk Software GmbH', about: 'Lindwerk baut Planungssoftware für Stadtwerke.' },
  northquay: { name: 'Northquay Data Ltd', about: 'Northquay runs a data platform for container ports.' },
  hafenlicht: { name: 'Hafenlicht Energie AG', about: 'Hafenlicht betreibt Solarparks an Nord- und Ostsee.' },
  moorblick: { name: 'Moorblick Klinikverbund', about: 'Vier Häuser, ein Ziel: gute Medizin auf dem Land.' },
  tannrode: {
    name: 'Tannröder Maschinenbau KG',
    about: 'Sondermaschinen aus dem Thüringer Wald, seit 1921.',
  },
  quillon: { name: 'Quillon Analytics GmbH', about: 'Quillon forecasts demand for bakeries and grocers.' },
  fernhain: { name: 'Fernhain Logistik SE', about: 'Fernhain bringt 40.000 Sendungen am Tag ans Ziel.' },
  oakmere: { name: 'Oakmere Health Technologies', about: 'Oakmere builds software for outpatient clinics.' },
  sudring: {
    name: 'Südring Versicherung a. G.',
    about: 'Ein Versicherungsverein, der seinen Mitgliedern gehört.',
  },
  kestrel: { name: 'Kestrel & Vane Games', about: 'A small studio with a long-running puzzle series.' },
};
