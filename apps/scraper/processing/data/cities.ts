/** Cities as they are written in their own language, by country and region; after `=` how else they are written. */
export const CITIES: Readonly<Record<string, string>> = {
  'DE/Baden-Württemberg':
    'Stuttgart; Karlsruhe; Mannheim; Freiburg im Breisgau = Freiburg; Heidelberg; Heilbronn; Ulm; Pforzheim; Reutlingen; Esslingen am Neckar = Esslingen; Ludwigsburg; Tübingen; Konstanz; Villingen-Schwenningen; Sindelfingen; Böblingen; Walldorf; Offenburg; Friedrichshafen; Göppingen; Aalen; Ravensburg; Baden-Baden',
  'DE/Bayern':
    'München = Munich, Muenchen; Nürnberg = Nuremberg, Nuernberg; Augsburg; Regensburg; Ingolstadt; Würzburg = Wuerzburg; Fürth = Fuerth; Erlangen; Bamberg; Bayreuth; Landshut; Aschaffenburg; Rosenheim; Kempten; Passau; Schweinfurt; Garching bei München = Garching; Unterföhring; Ismaning; Herzogenaurach; Coburg; Ansbach; Freising',
  'DE/Berlin': 'Berlin',
  'DE/Brandenburg':
    'Potsdam; Cottbus; Brandenburg an der Havel; Frankfurt (Oder) = Frankfurt an der Oder, Frankfurt/Oder; Oranienburg; Eberswalde',
  'DE/Bremen': 'Bremen; Bremerhaven',
  'DE/Hamburg': 'Hamburg',
  'DE/Hessen':
    'Frankfurt am Main = Frankfurt, Frankfurt a. M., Frankfurt a.M., Frankfurt/Main; Wiesbaden; Kassel; Darmstadt; Offenbach am Main = Offenbach; Hanau; Gießen = Giessen; Marburg; Fulda; Eschborn; Bad Homburg; Rüsselsheim; Wetzlar',
  'DE/Mecklenburg-Vorpommern': 'Rostock; Schwerin; Neubrandenburg; Greifswald; Stralsund; Wismar',
  'DE/Niedersachsen':
    'Hannover = Hanover; Braunschweig = Brunswick; Oldenburg; Osnabrück = Osnabrueck; Wolfsburg; Göttingen = Goettingen; Salzgitter; Hildesheim; Lüneburg = Lueneburg; Wilhelmshaven; Delmenhorst; Celle; Emden; Leer; Cuxhaven; Stade; Vechta; Cloppenburg; Westerstede; Bad Zwischenahn; Lingen; Nordhorn',
  'DE/Nordrhein-Westfalen':
    'Köln = Cologne, Koeln; Düsseldorf = Duesseldorf, Dusseldorf; Dortmund; Essen; Duisburg; Bochum; Wuppertal; Bielefeld; Bonn; Münster = Muenster; Mönchengladbach = Moenchengladbach; Gelsenkirchen; Aachen; Krefeld; Oberhausen; Hagen; Hamm; Mülheim an der Ruhr; Leverkusen; Solingen; Herne; Neuss; Paderborn; Bottrop; Recklinghausen; Bergisch Gladbach; Remscheid; Moers; Siegen; Gütersloh = Guetersloh; Witten; Iserlohn; Ratingen; Detmold; Minden',
  'DE/Rheinland-Pfalz':
    'Mainz; Ludwigshafen am Rhein = Ludwigshafen; Koblenz; Trier; Kaiserslautern; Worms; Speyer',
  'DE/Saarland': 'Saarbrücken = Saarbruecken; Neunkirchen; Völklingen',
  'DE/Sachsen': 'Leipzig; Dresden; Chemnitz; Zwickau; Görlitz = Goerlitz; Freiberg; Bautzen',
  'DE/Sachsen-Anhalt':
    'Magdeburg; Halle (Saale) = Halle, Halle an der Saale; Dessau-Roßlau = Dessau; Merseburg; Halberstadt',
  'DE/Schleswig-Holstein':
    'Kiel; Lübeck = Luebeck; Flensburg; Neumünster; Norderstedt; Elmshorn; Pinneberg; Itzehoe; Husum',
  'DE/Thüringen': 'Erfurt; Jena; Gera; Weimar; Gotha; Eisenach; Ilmenau',
  'AT/': 'Wien = Vienna; Graz; Linz; Salzburg; Innsbruck; Klagenfurt; Villach; Wels',
  'CH/':
    'Zürich = Zurich, Zuerich; Genève = Geneva, Genf; Basel = Basle; Bern = Berne; Lausanne; Winterthur; Luzern = Lucerne; St. Gallen; Zug; Lugano',
  'GB/England':
    'London; Manchester; Birmingham; Leeds; Liverpool; Bristol; Sheffield; Oxford; Newcastle upon Tyne; Nottingham; Reading; Brighton',
  'GB/Scotland': 'Edinburgh; Glasgow; Aberdeen',
  'GB/Wales': 'Cardiff',
  'GB/Northern Ireland': 'Belfast',
  'IE/': 'Dublin; Cork; Galway; Limerick',
  'NL/': 'Amsterdam; Rotterdam; Den Haag = The Hague; Utrecht; Eindhoven; Groningen; Delft; Leiden; Haarlem',
  'BE/': 'Bruxelles = Brussels, Brussel, Brüssel; Antwerpen = Antwerp; Gent = Ghent; Leuven; Liège',
  'LU/': 'Luxembourg City',
  'FR/':
    'Paris; Lyon; Marseille; Toulouse; Nice; Nantes; Strasbourg = Straßburg; Bordeaux; Lille; Grenoble; Rennes; Montpellier',
  'ES/': 'Madrid; Barcelona; Valencia; Sevilla = Seville; Málaga; Bilbao; Zaragoza',
  'PT/': 'Lisboa = Lisbon, Lissabon; Porto; Braga',
  'IT/':
    'Roma = Rome, Rom; Milano = Milan, Mailand; Torino = Turin; Napoli = Naples, Neapel; Bologna; Firenze = Florence, Florenz; Venezia = Venice',
  'PL/':
    'Warszawa = Warsaw, Warschau; Kraków = Krakow, Cracow, Krakau; Wrocław = Wroclaw, Breslau; Gdańsk = Gdansk, Danzig; Poznań = Poznan; Łódź = Lodz; Katowice',
  'CZ/': 'Praha = Prague, Prag; Brno = Brünn; Ostrava',
  'SK/': 'Bratislava; Košice',
  'HU/': 'Budapest',
  'RO/': 'București = Bucharest, Bukarest; Cluj-Napoca = Cluj; Timișoara; Iași',
  'BG/': 'Sofia; Plovdiv; Varna',
  'GR/': 'Athens = Athen, Αθήνα; Thessaloniki',
  'HR/': 'Zagreb; Split',
  'RS/': 'Beograd = Belgrade, Belgrad; Novi Sad',
  'SI/': 'Ljubljana; Maribor',
  'DK/': 'København = Copenhagen, Kopenhagen; Aarhus; Odense; Aalborg',
  'SE/': 'Stockholm; Göteborg = Gothenburg; Malmö; Uppsala',
  'NO/': 'Oslo; Bergen; Trondheim; Stavanger',
  'FI/': 'Helsinki; Espoo; Tampere; Turku',
  'EE/': 'Tallinn; Tartu',
  'LV/': 'Riga',
  'LT/': 'Vilnius; Kaunas',
  'UA/': 'Kyiv = Kiev, Київ; Lviv; Kharkiv; Odesa',
  'TR/': 'Istanbul = İstanbul; Ankara; Izmir',
  'IL/': 'Tel Aviv = Tel Aviv-Yafo, תל אביב; Jerusalem; Haifa',
  'AE/': 'Dubai = دبي; Abu Dhabi = أبو ظبي',
  'SA/': 'Riyadh = الرياض; Jeddah',
  'EG/': 'Cairo = القاهرة',
  'MA/': 'Casablanca; Rabat',
  'ZA/': 'Cape Town = Kapstadt; Johannesburg; Durban',
  'NG/': 'Lagos; Abuja',
  'KE/': 'Nairobi',
  'US/New York': 'New York = New York City, NYC; Brooklyn; Buffalo',
  'US/California':
    'San Francisco; Los Angeles; San Diego; San Jose; Oakland; Palo Alto; Mountain View; Sunnyvale; Sacramento',
  'US/Washington': 'Seattle; Bellevue; Redmond',
  'US/Massachusetts': 'Boston',
  'US/Texas': 'Austin; Dallas; Houston; San Antonio',
  'US/Illinois': 'Chicago',
  'US/Colorado': 'Denver; Boulder',
  'US/Georgia': 'Atlanta',
  'US/Florida': 'Miami; Orlando; Tampa',
  'US/Oregon': 'Portland',
  'US/Pennsylvania': 'Philadelphia; Pittsburgh',
  'US/Arizona': 'Phoenix',
  'US/Utah': 'Salt Lake City',
  'US/North Carolina': 'Raleigh; Charlotte',
  'US/Minnesota': 'Minneapolis',
  'US/Michigan': 'Detroit; Ann Arbor',
  'CA/Ontario': 'Toronto; Ottawa; Waterloo',
  'CA/Quebec': 'Montréal = Montreal',
  'CA/British Columbia': 'Vancouver; Victoria',
  'CA/Alberta': 'Calgary; Edmonton',
  'MX/': 'Ciudad de México = Mexico City; Guadalajara; Monterrey',
  'BR/': 'São Paulo = Sao Paulo; Rio de Janeiro; Belo Horizonte; Curitiba',
  'AR/': 'Buenos Aires',
  'CL/': 'Santiago de Chile',
  'CO/': 'Bogotá = Bogota; Medellín = Medellin',
  'IN/':
    'Bengaluru = Bangalore; Mumbai = Bombay; New Delhi = Delhi; Hyderabad; Pune; Chennai; Gurugram = Gurgaon; Noida; Kolkata',
  'CN/':
    'Beijing = Peking, 北京, 北京市; Shanghai = 上海, 上海市; Shenzhen = 深圳, 深圳市; Guangzhou = 广州; Hangzhou = 杭州; Chengdu = 成都',
  'TW/': 'Taipei = 台北, 臺北',
  'JP/': 'Tokyo = Tokio, 東京, 東京都; Osaka = 大阪; Kyoto = 京都; Yokohama = 横浜; Fukuoka = 福岡',
  'KR/': 'Seoul = 서울; Busan = 부산',
  'TH/': 'Bangkok',
  'VN/': 'Hanoi; Ho Chi Minh City = Saigon',
  'ID/': 'Jakarta',
  'PH/': 'Manila',
  'MY/': 'Kuala Lumpur',
  'AU/New South Wales': 'Sydney',
  'AU/Victoria': 'Melbourne',
  'AU/Queensland': 'Brisbane',
  'AU/Western Australia': 'Perth',
  'NZ/': 'Auckland; Wellington; Christchurch',
};

/** Regions by country; after `=` how else they are written. */
export const REGIONS: Readonly<Record<string, string>> = {
  DE: 'Baden-Württemberg = Baden-Wuerttemberg; Bayern = Bavaria; Brandenburg; Hessen = Hesse; Mecklenburg-Vorpommern; Niedersachsen = Lower Saxony; Nordrhein-Westfalen = North Rhine-Westphalia, NRW; Rheinland-Pfalz = Rhineland-Palatinate; Saarland; Sachsen = Saxony; Sachsen-Anhalt = Saxony-Anhalt; Schleswig-Holstein; Thüringen = Thuringia',
  GB: 'England; Scotland; Wales; Northern Ireland',
  US: 'California; Texas; Massachusetts; Illinois; Colorado; Florida; Oregon; Pennsylvania; Arizona; Utah; North Carolina; Minnesota; Michigan; Virginia; Ohio; New Jersey; Maryland; Tennessee',
  CA: 'Ontario; Quebec = Québec; British Columbia; Alberta',
  AU: 'New South Wales; Queensland; Western Australia',
};

/** How countries are written beside their names in English and German. */
export const MORE_COUNTRY_NAMES: Readonly<Record<string, string>> = {
  DE: 'deu, ger, germany (de), bundesrepublik deutschland, brd, allemagne',
  AT: 'aut, oesterreich',
  CH: 'che, schweiz (ch), suisse, svizzera',
  GB: 'uk, u.k., gbr, great britain, england (uk), großbritannien',
  US: 'usa, u.s., u.s.a., united states of america, vereinigte staaten von amerika',
  NL: 'nld, holland, the netherlands',
  CZ: 'cze, czech republic, tschechische republik',
  AE: 'uae, vae',
  CN: '中国, 中國',
  JP: '日本',
  KR: '대한민국, south korea, südkorea',
  TW: '台灣, 台湾',
  TR: 'turkey, türkei',
};
