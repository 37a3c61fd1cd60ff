/*
 * A link between two network namespaces: a TUN device in each, called emu0, and between them, for each direction, a delay, random loss, and
 * a rate with a bounded FIFO queue in front. For kernels without sch_netem. As root.
 *
 *   netemu NAMESPACE NAMESPACE DELAY_MS LOSS RATE_MBIT QUEUE_KIB     delay one way; loss 0 to 1; prints "ready"
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define MOST_PACKETS 65536

struct packet {
  double due;
  int length;
  char *bytes;
};

struct direction {
  int in, out;
  struct packet *packets;
  unsigned head, tail;
  pthread_mutex_t mutex;
  pthread_cond_t arrived;
  double busy_until;
  unsigned seed;
};

static double delay, loss, rate, queue;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int open_device(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  int space = open(path, O_RDONLY);
  if (space < 0 || setns(space, CLONE_NEWNET)) {
    perror(path);
    exit(1);
  }
  close(space);
  int device = open("/dev/net/tun", O_RDWR);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  strcpy(request.ifr_name, "emu0");
  if (device < 0 || ioctl(device, TUNSETIFF, &request)) {
    perror("tun");
    exit(1);
  }
  return device;
}

/* Takes packets in: drops them, or reckons when they arrive. */
static void *take(void *argument) {
  struct direction *d = argument;
  char buffer[2048];
  for (;;) {
    int length = read(d->in, buffer, sizeof buffer);
    if (length <= 0) return 0;
    if (rand_r(&d->seed) < loss * RAND_MAX) continue;
    double time = now(), leaves = time > d->busy_until ? time : d->busy_until;
    if (rate > 0) {
      if ((leaves - time) * rate > queue) continue;
      leaves += length / rate;
    }
    pthread_mutex_lock(&d->mutex);
    if (d->tail - d->head < MOST_PACKETS - 1) {
      d->busy_until = leaves;
      struct packet *p = &d->packets[d->tail++ % MOST_PACKETS];
      p->due = leaves + delay;
      p->length = length;
      p->bytes = malloc(length);
      memcpy(p->bytes, buffer, length);
      pthread_cond_signal(&d->arrived);
    }
    pthread_mutex_unlock(&d->mutex);
  }
}

/* Delivers them when they are due. */
static void *deliver(void *argument) {
  struct direction *d = argument;
  prctl(PR_SET_TIMERSLACK, 1000);
  for (;;) {
    pthread_mutex_lock(&d->mutex);
    while (d->head == d->tail) pthread_cond_wait(&d->arrived, &d->mutex);
    struct packet p = d->packets[d->head++ % MOST_PACKETS];
    pthread_mutex_unlock(&d->mutex);
    double wait = p.due - now();
    if (wait > 20e-6) {
      struct timespec time = {(time_t)wait, (long)((wait - (time_t)wait) * 1e9)};
      nanosleep(&time, 0);
    }
    /* The device may be down: then nothing arrives. */
    if (write(d->out, p.bytes, p.length) < 0) {
    }
    free(p.bytes);
  }
}

int main(int count, char **words) {
  if (count != 7) return 2;
  delay = atof(words[3]) / 1e3;
  loss = atof(words[4]);
  rate = atof(words[5]) * 1e6 / 8;
  queue = atof(words[6]) * 1024;
  /* A wire does not wait for a processor; where this is not allowed, a busy machine makes a worse wire. */
  struct sched_param priority = {.sched_priority = 10};
  sched_setscheduler(0, SCHED_FIFO, &priority);
  int devices[] = {open_device(words[1]), open_device(words[2])};
  static struct direction directions[2];
  pthread_t threads[4];
  for (int i = 0; i < 2; i++) {
    struct direction *d = &directions[i];
    d->in = devices[i];
    d->out = devices[1 - i];
    d->packets = calloc(MOST_PACKETS, sizeof *d->packets);
    d->seed = 7 + i;
    pthread_mutex_init(&d->mutex, 0);
    pthread_cond_init(&d->arrived, 0);
    pthread_create(&threads[2 * i], 0, take, d);
    pthread_create(&threads[2 * i + 1], 0, deliver, d);
  }
  printf("ready\n");
  fflush(stdout);
  pthread_join(threads[0], 0);
  return 0;
}
