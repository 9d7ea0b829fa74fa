import { describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { APPLIER_CONTRACTS, AUDIT_CONTRACTS, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import { ROLES } from '#libs/key-registry';
import { covers, isGrant } from '#libs/operations';
import { GatewayModule } from '../gateway.module.js';
import type { Surroundings } from '../gateway.module.js';
import { KNOWN, NEEDED, OPEN } from './needs.decorator.js';
import { beyond } from './special-permissions.js';

type Class = new (...given: never[]) => object;

interface Route {
  readonly name: string;
  readonly method: string;
  readonly needed: string | undefined;
  readonly isOpen: boolean;
  readonly isForKnown: boolean;
}

const nowhere = { nats: { status: () => [] }, log: {}, access: {} } as unknown as Surroundings;
const { controllers = [] } = GatewayModule.with(nowhere);
const meta = <T>(key: unknown, ...targets: object[]): T | undefined =>
  targets
    .map((target) => Reflect.getMetadata(key, target) as T | undefined)
    .find((found) => found !== undefined);

const routes: readonly Route[] = (controllers as readonly Class[]).flatMap((controller) =>
  Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value as object | undefined;
    if (
      name === 'constructor' ||
      typeof handler !== 'function' ||
      !Reflect.hasMetadata(PATH_METADATA, handler)
    )
      return [];
    return {
      name: `${controller.name}.${name}`,
      method: RequestMethod[meta<RequestMethod>(METHOD_METADATA, handler) ?? 0] ?? '',
      needed: meta<string>(NEEDED, handler, controller),
      isOpen: meta<boolean>(OPEN, handler, controller) === true,
      isForKnown: meta<boolean>(KNOWN, handler, controller) === true,
    };
  }),
);

/** They change nothing: what they are asked about does not fit into an address. */
const READING_BY_POST = ['DeploymentPlansController.plan', 'DeploymentPlansController.next'];
const permissions = [
  ...[...SCRAPER_CONTRACTS, ...DOCUMENTS_CONTRACTS, ...APPLIER_CONTRACTS, ...AUDIT_CONTRACTS].flatMap(
    (contract) => contract.permissions,
  ),
  ...routes.flatMap(({ needed }) => needed ?? []),
];

describe('every route', () => {
  it('names the permission that it asks for, or is open on purpose', () => {
    expect(routes.length).toBeGreaterThan(50);
    const silent = routes.filter(
      ({ needed, isOpen, isForKnown }) => needed === undefined && !isOpen && !isForKnown,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('that changes something asks for more than to read', () => {
    const wrong = routes.filter(
      ({ name, method, needed }) =>
        method !== 'GET' && needed?.endsWith(':read') === true && !READING_BY_POST.includes(name),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('is closed to those whom nobody knows, save health and what proves itself in another way', () => {
    const open = routes.filter(({ isOpen }) => isOpen).map(({ name }) => name.replace(/\..*/, ''));
    expect(new Set(open)).toEqual(new Set(['HealthController', 'HooksController']));
  });
});

describe('a permission', () => {
  it('is one wherever it is named', () => {
    expect(permissions.filter((permission) => !isGrant(permission) || permission.includes('*'))).toEqual([]);
  });
});

describe('the roles', () => {
  it('are made of patterns', () => {
    for (const grants of Object.values(ROLES)) expect(grants.filter((grant) => !isGrant(grant))).toEqual([]);
  });

  it('may each do what the one below it may', () => {
    expect(beyond(ROLES.member, ROLES.viewer)).toEqual([]);
    expect(beyond(ROLES.operator, ROLES.member)).toEqual([]);
    expect(beyond(ROLES.admin, ROLES.operator)).toEqual([]);
  });

  it('let a viewer change nothing', () => {
    const may = permissions.filter((permission) => covers(ROLES.viewer, permission));
    expect([...new Set(may)].filter((permission) => !permission.endsWith(':read'))).toEqual([]);
  });

  it('let a member do all of a hunt, and see nothing of others', () => {
    const hunt = [...SCRAPER_CONTRACTS, ...DOCUMENTS_CONTRACTS, ...APPLIER_CONTRACTS];
    for (const { permissions: asked } of hunt)
      for (const permission of asked)
        expect([permission, covers(ROLES.member, permission)]).toEqual([permission, true]);
    for (const permission of ['runs:any', 'keys:admin', 'users:impersonate', 'audit:admin', 'metrics:any'])
      expect([permission, covers(ROLES.member, permission)]).toEqual([permission, false]);
  });

  it('let an operator see to everybody’s runs, and neither manage keys nor act for others', () => {
    for (const permission of ['runs:any', 'runs:steer', 'metrics:any', 'audit:admin'])
      expect([permission, covers(ROLES.operator, permission)]).toEqual([permission, true]);
    for (const permission of ['keys:admin', 'users:impersonate'])
      expect([permission, covers(ROLES.operator, permission)]).toEqual([permission, false]);
  });
});
