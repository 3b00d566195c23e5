import { Arch } from 'electron-builder';
import { copyNativeModules, type Target } from './nativeModules.ts';

interface Context {
  readonly electronPlatformName: string;
  readonly arch: Arch;
}

/** electron-builder's hook, per platform and architecture. */
export default function beforePack({ electronPlatformName, arch }: Context): void {
  copyNativeModules({
    platform: electronPlatformName as Target['platform'],
    arch: Arch[arch] as Target['arch'],
  });
}
