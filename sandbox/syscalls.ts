// The system calls a sandboxed command may not make, with their numbers on x64 and arm64.

/** Numbers on [x64, arm64]; undefined where the architecture has no such call. */
type Numbers = readonly [x64: number | undefined, arm64: number | undefined];

/** Calls the filter looks into, rather than refusing them as a whole. */
export const inspected = {
  clone: [56, 220],
  clone3: [435, 435],
  socket: [41, 198],
  socketpair: [53, 199],
  ioctl: [16, 29],
} as const satisfies Record<string, Numbers>;

/** The last call known here (removexattrat, Linux 6.13): later ones do not exist for the sandbox. */
export const lastKnown = 466;

/** Refused with EPERM. From Linux's unistd_64.h and asm-generic/unistd.h, which arm64 uses. */
export const denied: Readonly<Record<string, Numbers>> = {
  // Other processes' memory and descriptors.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  // Mounts and roots.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // Namespaces.
  unshare: [272, 97],
  setns: [308, 268],
  // Kernel interfaces with a history of holes.
  bpf: [321, 280],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  userfaultfd: [323, 282],
  perf_event_open: [298, 241],
  fanotify_init: [300, 262],
  lookup_dcookie: [212, 18],
  modify_ldt: [154, undefined],
  uselib: [134, undefined],
  nfsservctl: [180, 42],
  // The session keyring of the executor is inherited: it may hold keys.
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  // Memory that belongs to no process: neither RLIMIT_DATA nor the watchdog would see it.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  msgget: [68, 186],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  // The machine as a whole.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  syslog: [103, 116],
  vhangup: [153, 58],
  iopl: [172, undefined],
  ioperm: [173, undefined],
};
