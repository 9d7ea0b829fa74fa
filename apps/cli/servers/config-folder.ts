import path from 'node:path';

/**
 * Finds the folder that the person's own settings lie in: JOBHUNTER_CONFIG, else `jobhunter` in the usual place of the
 * system. Undefined where the environment tells of no such place.
 */
export function configFolder(env: NodeJS.ProcessEnv): string | undefined {
  if (env['JOBHUNTER_CONFIG']) return path.resolve(env['JOBHUNTER_CONFIG']);
  const usual =
    env['XDG_CONFIG_HOME'] || env['APPDATA'] || (env['HOME'] && path.join(env['HOME'], '.config'));
  return usual ? path.join(usual, 'jobhunter') : undefined;
}
