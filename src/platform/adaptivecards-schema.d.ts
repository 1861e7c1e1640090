/**
 * Stands in for `adaptivecards/src/schema`, which the declarations of adaptivecards-templating import: TypeScript
 * sources that a strict project cannot compile (`paths` in tsconfig.json). Luotsi uses none of it.
 */
export type IAdaptiveCard = unknown
