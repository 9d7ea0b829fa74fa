/** Gives the scraper's settings by which every source asks the fixture boards at `url` instead of the real ones. */
export function fixtureSettings(url: string): Readonly<Record<string, string>> {
  return {
    FIXTURE_BOARDS_URL: url,
    SOURCE_ARBEITNOW_URL: `${url}/arbeitnow`,
    SOURCE_ARBEITSAGENTUR_URL: `${url}/arbeitsagentur`,
    SOURCE_REMOTIVE_URL: `${url}/remotive`,
    // No employer is watched at first, as with the real ones.
    SOURCE_LEVER_URL: `${url}/lever`,
    SOURCE_ASHBY_URL: `${url}/ashby`,
    SOURCE_SMARTRECRUITERS_URL: `${url}/smartrecruiters`,
    SOURCE_PERSONIO_URL: `${url}/personio/{board}`,
    SOURCE_RECRUITEE_URL: `${url}/recruitee/{board}`,
    SOURCE_GREENHOUSE_URL: `${url}/greenhouse`,
    SOURCE_GREENHOUSE_BOARDS: 'lindwerk,northquay,quillon',
    SOURCE_STEPSTONE_URL: `${url}/stepstone`,
    SOURCE_STEPSTONE_LIVE: 'true',
    SOURCE_JSONLD_URLS: [
      `${url}/careers/hafenlicht/leitung-kundendienst`,
      `${url}/careers/northquay/site-reliability-engineer`,
    ].join(','),
    // A model would be sent invented openings, at somebody's cost.
    SCRAPER_SCORER_URL: '',
    // They stand on this machine and need no sparing.
    SCRAPER_REQUESTS_PER_MINUTE: '60000',
    SCRAPER_CONCURRENCY: '8',
  };
}
