import module from 'node:module';

/**
 * Node.js keeps the compiled code of what is loaded from now on, in the system's folder for temporary files, so that the
 * next start is sooner. From 22.8 on; NODE_DISABLE_COMPILE_CACHE=1 forbids it.
 */
(module as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();
