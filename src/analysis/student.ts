/** 97.5 % quantiles of Student's t by degrees of freedom, 1 to 30. Abramowitz and Stegun, table 26.10. */
const T975 = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139, 2.200985,
  2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963, 2.079614, 2.073873, 2.068658,
  2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.04523, 2.042272,
];
const Z975 = 1.959964;

/**
 * The 97.5 % quantile of Student's t. Above 30 degrees of freedom by the first terms of its expansion about the normal
 * quantile (Abramowitz and Stegun 26.7.5), right to four digits.
 */
export function student975(degreesOfFreedom: number): number {
  const tabled = T975[degreesOfFreedom - 1];
  if (tabled !== undefined) return tabled;
  const z2 = Z975 * Z975;
  const first = (Z975 * (z2 + 1)) / 4;
  const second = (Z975 * (5 * z2 * z2 + 16 * z2 + 3)) / 96;
  return Z975 + first / degreesOfFreedom + second / (degreesOfFreedom * degreesOfFreedom);
}
