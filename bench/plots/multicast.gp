# Records a second by number of consumers, a panel for each way of waiting and batch.
data = ARG1
picture = ARG2
heading = ARG3
panels = ARG4
names = ARG5
styles = ARG6
scripts = ARG7
lowest = real(ARG8)
highest = real(ARG9)
width = 1120
height = 720
load scripts . "/style.gp"

columns = 2
legend = 0.72
rows = (words(panels) + 1) / 2
set multiplot layout rows, columns title heading \
  margins 0.09, legend - 0.02, 0.09, 0.89 spacing 0.07, 0.15
set yrange [0:highest * 1.05]
set xrange [-0.2:2.2]
set xlabel "consumers (raw ping-pong)"
load scripts . "/panels.gp"
