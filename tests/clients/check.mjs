// Reads HTML on its input and prints what each mail program cannot show: [[program, what], …].
import { readFileSync } from 'node:fs';
import { caniemail } from 'caniemail';

const { issues } = caniemail({ clients: process.argv.slice(2), html: readFileSync(0, 'utf8') });
const found = [...issues.errors].flatMap(([client, list]) => list.map(({ title }) => `${client}\t${title}`));
console.log(JSON.stringify([...new Set(found)].sort().map((line) => line.split('\t'))));
