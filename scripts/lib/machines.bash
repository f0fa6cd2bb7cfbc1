# Machines on this one: network namespaces on a bridge, each with an sshd, a host name and processes of
# its own. To be sourced; needs root. The file system is shared, so each machine has a home of its own.
#
#   machines_up FOLDER COUNT [PREFIX]   brings up PREFIX1 ... PREFIXn
#   machines_down                       ends their processes and removes them
#   partition NAME / heal NAME          no packet passes between NAME and the rest / passes again
#
# After `machines_up`, "${machines[@]}" are their names, $machines_ssh is the configuration for ssh,
# $machines_address the address that they reach this machine at.

machines=()
machines_pids=()
machines_bridge=""

# Says why machines cannot be made here, or nothing.
machines_lacking() {
  local tool
  [ "$(id -u)" -eq 0 ] || { echo "root is needed for network namespaces"; return; }
  for tool in ip nft ssh sshd ssh-keygen unshare; do
    command -v $tool >/dev/null || { echo "$tool is missing (openssh-server, nftables, iproute2)"; return; }
  done
  if ip netns add "olprobe$$" 2>/dev/null; then ip netns del "olprobe$$"
  else echo "this machine lets nobody make network namespaces"; fi
}

machines_up() {
  local folder=$1 count=$2 prefix=${3:-host} net=10.$((77 + $$ % 100)).$(($$ / 100 % 250)) number
  mkdir -p "$folder" /run/sshd
  chmod 700 "$folder"
  machines_bridge=olb$$
  machines_address=$net.1
  machines_ssh=$folder/ssh_config
  ip link add "$machines_bridge" type bridge
  ip addr add "$net.1/24" dev "$machines_bridge"
  ip link set "$machines_bridge" up
  ssh-keygen -q -t ed25519 -N "" -f "$folder/host_key"
  ssh-keygen -q -t ed25519 -N "" -f "$folder/user_key"
  cp "$folder/user_key.pub" "$folder/authorized_keys"
  : >"$machines_ssh"
  for number in $(seq "$count"); do machine_up "$folder" "$prefix$number" "$number" "$net"; done
  for number in "${machines[@]}"; do machine_answers "$number"; done
}

machine_up() {
  local folder=$1 name=$2 number=$3 net=$4 space=ol$$n$3
  mkdir -p "$folder/$name"
  ip netns add "$space"
  ip link add "olv$$n$number" type veth peer name eth0 netns "$space"
  ip link set "olv$$n$number" master "$machines_bridge" up
  ip -n "$space" addr add "$net.$((10 + number))/24" dev eth0
  ip -n "$space" link set eth0 up
  ip -n "$space" link set lo up
  cat >"$folder/$name/sshd_config" <<END
HostKey $folder/host_key
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile $folder/authorized_keys
SetEnv XDG_CACHE_HOME=$folder/$name/cache
END
  cat >>"$machines_ssh" <<END
Host $name
  HostName $net.$((10 + number))
  HostKeyAlias machine
END
  cat >"$folder/ssh_common" <<END
Host *
  User root
  IdentityFile $folder/user_key
  IdentitiesOnly yes
  StrictHostKeyChecking yes
  UserKnownHostsFile $folder/known_hosts
  GlobalKnownHostsFile /dev/null
END
  printf 'machine %s\n' "$(cut -d ' ' -f 1,2 "$folder/host_key.pub")" >"$folder/known_hosts"
  ip netns exec "$space" unshare -u -p -f --mount-proc --kill-child sh -c \
    "hostname $name; exec $(command -v sshd) -D -e -f $folder/$name/sshd_config" \
    >"$folder/$name/sshd.log" 2>&1 &
  machines_pids+=($!)
  machines+=("$name")
  [ "$number" -lt "$count" ] || cat "$folder/ssh_common" >>"$machines_ssh"
}

machine_answers() {

  for _ in $(seq 50); do
    ssh -F "$machines_ssh" -o BatchMode=yes -o ConnectTimeout=2 "$1" true 2>/dev/null && return
    sleep 0.1
  done
  echo "machine $1 does not answer" >&2
  return 1
}

machine_number() {
  local index
  for index in "${!machines[@]}"; do
    [ "${machines[$index]}" = "$1" ] && echo $((index + 1))
  done
}

machine_ip() { echo "${machines_address%.*}.$((10 + $(machine_number "$1")))"; }

partition() {
  local ip
  ip=$(machine_ip "$1")
  nft -f - <<END
table inet olpart$$
delete table inet olpart$$
table inet olpart$$ {
  chain in { type filter hook input priority 0;
    ip saddr $ip drop
  }
  chain out { type filter hook output priority 0;
    ip daddr $ip drop
  }
}
END
}

heal() { nft delete table inet "olpart$$"; }

machines_down() {
  local pid number
  nft delete table inet "olpart$$" 2>/dev/null || true
  # Namespaces are emptied by the death of their first process, which is unshare's only child.
  for pid in "${machines_pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${machines_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for number in $(seq ${#machines[@]}); do
    ip netns del "ol$$n$number" 2>/dev/null || true
    ip link del "olv$$n$number" 2>/dev/null || true
  done
  [ -z "$machines_bridge" ] || ip link del "$machines_bridge" 2>/dev/null || true
  machines=() machines_pids=() machines_bridge=""
}
