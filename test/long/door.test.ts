/** The door's fuzz, ten times as long as in every run. */
process.env['DOOR_TIMES'] = '10'
await import('../faults/fuzz.test.ts')
