/**
 * Names an operation for generated clients by its controller and method, as in `jobs_list`: both are stable, and no
 * two are the same.
 */
export function operationId(controller: string, method: string): string {
  const subject = controller.replace(/Controller$/, '');
  return `${subject.charAt(0).toLowerCase()}${subject.slice(1)}_${method}`;
}
