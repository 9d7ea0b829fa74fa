import { existsSync } from 'node:fs';

// Sources are ES modules; Jest runs them as CommonJS, because its ESM mode breaks CommonJS Nest libraries.
const base = {
  testEnvironment: 'node',
  roots: ['apps', 'libs', 'e2e', 'chaos', 'examples', 'histories', 'deploy']
    .filter((room) => existsSync(room))
    .map((room) => `<rootDir>/${room}`),
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  moduleNameMapper: {
    '^#(libs|apps)/(.+)$': '<rootDir>/$1/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // It says where to find it to those alone who import it.
    '^@octokit/webhooks-methods$': '<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js',
  },
  transform: {
    '^.+\\.[jt]s$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
  // Packages that are ES modules only, and the one file of the MongoDB driver that imports dynamically.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|@octokit|file-type|strtok3|token-types|uint8array-extras|@tokenizer|load-esm|p-queue|p-timeout|content-disposition|jose|sanitize-html/node_modules|htmlparser2|dom[a-z-]+|entities)/|(mongoose/node_modules/)?mongodb/lib/runtime_adapters)',
  ],
};

const tier = (name, extra = {}) => ({
  ...base,
  ...extra,
  displayName: name,
  testRegex: `\\.${name}\\.spec\\.ts$`,
});

// The servers that a tier needs are started once, by libs/testing, and stopped when the tier ends.
const servers = {
  globalSetup: '<rootDir>/libs/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest/global-teardown.mjs',
};

export default {
  // The tier jaeger needs a build of Jaeger: `make test-jaeger`; the tier upgrade an older build: `make upgrade-test`.
  projects: [
    tier('unit'),
    tier('int', servers),
    tier('e2e', servers),
    tier('jaeger', servers),
    tier('upgrade', servers),
  ],
  testTimeout: 60_000,
};
