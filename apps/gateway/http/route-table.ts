import { Injectable } from '@nestjs/common';

/** One path and what may be done there; parts that differ stand in braces, as in `/jobs/{id}`. */
export interface Route {
  readonly path: string;
  /** Sorted. */
  readonly methods: readonly string[];
}

/** Remembers which routes there are, so that a wrong method can be told from a wrong path. */
@Injectable()
export class RouteTable {
  private readonly routes = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();

  add(pattern: string, methods: string | readonly string[]): void {
    const route = this.routes.get(pattern) ?? { path: asRegExp(pattern), methods: new Set<string>() };
    for (const method of [methods].flat()) route.methods.add(method);
    this.routes.set(pattern, route);
  }

  /** Lists the methods that some route takes at a path, sorted; none where there is nothing. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const route of this.routes.values())
      if (route.path.test(path)) for (const method of route.methods) found.add(method);
    return [...found].sort();
  }

  /** Lists all routes, in the order in which they were added. */
  list(): Route[] {
    return [...this.routes].map(([pattern, { methods }]) => ({
      path: pattern.replace(/:(\w+)/g, '{$1}'),
      methods: [...methods].sort(),
    }));
  }
}

function asRegExp(pattern: string): RegExp {
  const parts = pattern
    .replace(/\/$/, '')
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace('*', '.*'),
    );
  return new RegExp(`^${parts.join('/')}/?$`);
}
