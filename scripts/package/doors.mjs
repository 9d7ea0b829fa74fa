/** What of the platform can be imported, and the library behind each name. */
export const DOORS = {
  '.': 'libs/embedded',
  './client': 'libs/client',
  './deployments': 'libs/deployments',
  './flows': 'libs/flows',
  './key-values': 'libs/key-values',
  './local-stack': 'libs/local-stack',
  './operations': 'libs/operations',
  './pipes': 'libs/pipes',
  './run-log': 'libs/run-log',
  './run-records': 'libs/run-records',
  './telemetry': 'libs/telemetry',
  './testing': 'libs/flows/testing',
};

/** Packages that program and platform must have one and the same copy of. */
export const SHARED = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  'class-transformer',
  'class-validator',
  'reflect-metadata',
  'rxjs',
];
