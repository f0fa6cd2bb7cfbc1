# A Slurm cluster of several nodes on this machine. To be sourced; needs root.
#
#   slurm_up FOLDER COUNT    nodes n1 ... nCOUNT
#   slurm_down               ends jobs and daemons

slurm_folder=""

# Says why Slurm cannot run here, or nothing.
slurm_lacking() {
  local tool
  [ "$(id -u)" -eq 0 ] || { echo "root is needed for Slurm's daemons"; return; }
  for tool in munged slurmctld slurmd sbatch; do
    command -v $tool >/dev/null || { echo "$tool is missing (slurmctld, slurmd, slurm-client, munge)"; return; }
  done
  [ -d /sys/fs/cgroup ] || echo "/sys/fs/cgroup is not mounted"
}

slurm_up() {
  local count=$2 node host port
  slurm_folder=$1
  host=$(hostname -s) port=$((16000 + $$ % 1000 * 10))
  mkdir -p "$slurm_folder"/{munge,state,spool,log}
  chmod 711 "$slurm_folder" "$slurm_folder/munge"
  head -c 1024 /dev/urandom >"$slurm_folder/munge/key"
  chmod 400 "$slurm_folder/munge/key"
  munged --force --socket="$slurm_folder/munge/sock" --key-file="$slurm_folder/munge/key" \
    --pid-file="$slurm_folder/munge/pid" --log-file="$slurm_folder/munge/log" \
    --seed-file="$slurm_folder/munge/seed"
  cat >"$slurm_folder/slurm.conf" <<END
ClusterName=outerloop
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm_folder/munge/sock
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
MinJobAge=600
SchedulerParameters=sched_interval=1,sched_min_interval=0
StateSaveLocation=$slurm_folder/state
SlurmdSpoolDir=$slurm_folder/spool/%n
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/%n.pid
SlurmctldLogFile=$slurm_folder/log/slurmctld
SlurmdLogFile=$slurm_folder/log/%n
NodeName=n[1-$count] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + count))] CPUs=$(nproc) RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP OverSubscribe=YES:4
END
  export SLURM_CONF=$slurm_folder/slurm.conf
  slurmctld
  for node in $(seq "$count"); do slurmd -N "n$node"; done
  for _ in $(seq 100); do
    [ "$(sinfo -h -t idle -o %D 2>/dev/null || true)" != "$count" ] || return 0
    sleep 0.1
  done
  echo "Slurm's nodes do not become idle" >&2
  sinfo >&2
  return 1
}

slurm_down() {
  local file pid
  [ -n "$slurm_folder" ] || return 0
  squeue -h -o %i 2>/dev/null | xargs -r scancel --signal=KILL 2>/dev/null || true
  squeue -h -o %i 2>/dev/null | xargs -r scancel 2>/dev/null || true
  for file in "$slurm_folder"/*.pid "$slurm_folder/munge/pid"; do
    [ ! -f "$file" ] || { pid=$(cat "$file"); kill "$pid" 2>/dev/null || true; slurm_gone "$pid"; }
  done
}

slurm_gone() {
  for _ in $(seq 50); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
}
