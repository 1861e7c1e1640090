export { endDatabaseServer as default } from './test-run.ts'
