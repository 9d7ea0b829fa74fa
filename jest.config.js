// Sources are ES modules; Jest runs them as CommonJS, because its ESM mode breaks CommonJS Nest libraries.
const base = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/e2e'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  moduleNameMapper: {
    '^#(libs|apps)/([^/]+)$': '<rootDir>/$1/$2/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
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
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|file-type|strtok3|token-types|uint8array-extras|@tokenizer|load-esm)/)',
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
  globalSetup: '<rootDir>/libs/testing/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/jest/global-teardown.ts',
};

export default {
  projects: [tier('unit'), tier('int', servers), tier('e2e', servers)],
  testTimeout: 60_000,
};
