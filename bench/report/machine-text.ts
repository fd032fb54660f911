import type { Machine } from '../measure/machine.js';

/** Of what and where a run was made, in a line or two. */
export function machineText(machine: Machine): string {
  const { commit, atIso, cpu, cores, memoryGiB, kernel, node, ghz } = machine;
  return `Commit ${commit}, ${atIso.slice(0, 10)}: ${String(cores)} cores (${cpu}), \
${String(memoryGiB)} GiB, Linux ${kernel},\nNode ${node}${ghz === undefined ? '' : `, ghz ${ghz}`}.`;
}
