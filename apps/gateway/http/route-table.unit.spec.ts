import { expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

it('knows the methods of a path, whatever stands for its parameters', () => {
  const routes = new RouteTable();
  routes.add('/things', 'GET');
  routes.add('/things/:id', ['GET', 'HEAD']);
  routes.add('/things/:id', 'POST');
  routes.add('/files/*', 'GET');
  expect(routes.methodsOf('/things')).toEqual(['GET']);
  expect(routes.methodsOf('/things/')).toEqual(['GET']);
  expect(routes.methodsOf('/things/a-1')).toEqual(['GET', 'HEAD', 'POST']);
  expect(routes.methodsOf('/files/a/b.js')).toEqual(['GET']);
  expect(routes.methodsOf('/things/a/b')).toEqual([]);
  expect(routes.methodsOf('/other')).toEqual([]);
});
